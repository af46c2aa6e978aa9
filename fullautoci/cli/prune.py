"""`prune`: removes what is kept in files and needed no more."""

import click

from fullautoci.cli.here import Here
from fullautoci.cli.output import console, json_option, note, print_json, safe
from fullautoci.text import counted


@click.command("prune")
@click.option("--dry-run", is_flag=True, help="Only say what would go, and why.")
@json_option
def prune_command(dry_run: bool, as_json: bool) -> None:
    """Remove logs, checkouts, environments and mirrors that need not be kept.

    What is kept, and for how long, says 'keep' in the service's config.yml. Results are never removed. The daemon does
    this once a day by itself.
    """
    found = Here().api().prune(dry_run=dry_run)
    if as_json:
        print_json(found)
        return
    out = console()
    for item in found["items"]:
        out.print(
            f"{item['kind']}  {readable_size(item['bytes'])}  {safe(item['path'], 200)}  {safe(item['reason'], 200)}"
        )
    verb = "would be freed" if dry_run else "freed"
    note(f"{counted(len(found['items']), 'thing')}, {readable_size(found['freed_bytes'])} {verb}")


def readable_size(number: int) -> str:
    """Bytes for people: `12.3 MB`."""
    amount = float(number)
    for unit in ("B", "kB", "MB"):
        if amount < 1000:
            return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.1f} GB"
