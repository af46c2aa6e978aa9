"""`dashboard`: the page in a browser, by a one-time link."""

import click

from fullautoci.cli.here import Here
from fullautoci.cli.output import note


@click.command("dashboard")
@click.option("--no-browser", is_flag=True, help="Only print the link.")
def dashboard_command(no_browser: bool) -> None:
    """Print a link that opens the page, once and within a minute, and open it."""
    link = Here().api().login_link()
    url = link["url"] + link["path"]
    click.echo(url)
    if no_browser:
        return
    import webbrowser

    if not webbrowser.open(url):
        note("no browser could be opened; the link works once, within a minute")
