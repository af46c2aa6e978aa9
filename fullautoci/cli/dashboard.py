"""`dashboard`: the page in a browser, by a one-time link."""

import click

from fullautoci.cli.here import Here
from fullautoci.cli.output import note
from fullautoci.errors import UsageError
from fullautoci.text import counted


@click.command("dashboard")
@click.option("--no-browser", is_flag=True, help="Only print the link.")
@click.option("--logout-everywhere", is_flag=True, help="End all browser sessions of yours, and open none.")
def dashboard_command(no_browser: bool, logout_everywhere: bool) -> None:
    """Print a link that opens the page, once and within a minute, and open it."""
    here = Here()
    client = here.api()
    if logout_everywhere:
        note(f"{counted(client.close_sessions(), 'browser session')} ended")
        return
    if here.way is not None and not here.way.here:
        raise UsageError(
            "a link opens the page for whoever is on the service's machine", f"{here.way.place}/login takes a key"
        )
    link = client.login_link()
    url = link["url"] + link["path"]
    click.echo(url)
    if no_browser:
        return
    import webbrowser

    if not webbrowser.open(url):
        note("no browser could be opened; the link works once, within a minute")
