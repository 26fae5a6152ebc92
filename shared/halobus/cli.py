"""``halobus``: the operator's command line. Exit codes: 0 fine, 1 trouble found, 2 wrong usage, 78 bad settings."""

from typing import Annotated

import typer

from halobus import migrate as migration
from halobus.cli_dlq import dlq
from halobus.cli_erase import erase as erase_data
from halobus.cli_keys import keys
from halobus.cli_lag import lag as show_lag
from halobus.cli_options import known_tenant
from halobus.cli_output import as_json, in_terminal
from halobus.cli_resume import GROUPS
from halobus.cli_resume import resume as resume_group
from halobus.cli_run import run, run_on_database
from halobus.cli_runs import runs as show_runs

app = typer.Typer(
    name="halobus",
    help="Operate Halobus: topics and indexes, lag, runs, stopped groups, dead letters, keys, erasure.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # they would show local variables
)
app.add_typer(keys, name="keys")
app.add_typer(dlq, name="dlq")


def _group(given: str) -> str:
    if given not in GROUPS:
        raise typer.BadParameter(f"{given!r} is none of {', '.join(GROUPS)}")
    return given


@app.command()
def migrate() -> None:
    """Create or alter topics and indexes to what this version declares. Deletes no data; may be run again."""
    done = run(migration.migrate)
    if not in_terminal():
        as_json(done)
        return
    for line in done or ["nothing to do"]:
        typer.echo(line)


@app.command()
def lag(watch: Annotated[bool, typer.Option("--watch", help="Again every 2 seconds until Ctrl-C.")] = False) -> None:
    """Show how far every consumer group has read, in records and in seconds."""
    run(lambda settings: show_lag(settings, watch=watch))


@app.command()
def runs(
    id: Annotated[str | None, typer.Argument(help="A run's id: show everything about it.")] = None,
    tenant: Annotated[str | None, typer.Option(help="Only this tenant's.", callback=known_tenant)] = None,
) -> None:
    """Show the newest 20 runs and their sums."""
    run_on_database(lambda database: show_runs(database, tenant, id))


@app.command()
def resume(group: Annotated[str, typer.Argument(help=", ".join(GROUPS), callback=_group)]) -> None:
    """Let a consumer group go on that stopped itself after too many dead letters. Written to the audit log."""
    run_on_database(lambda database: resume_group(database, group))


@app.command()
def erase(
    tenant: Annotated[str, typer.Option(help="Whose data it is.", callback=known_tenant)],
    why: Annotated[str, typer.Option(help="Who asks for it, and why. Written to the audit log.")],
    contact: Annotated[int | None, typer.Option(min=1, help="Only this person: their number in Halo.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would go, and change nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask.")] = False,
) -> None:
    """Erase all of a tenant, or one person of it, for ever: nothing that comes late brings it back.

    A person is erased in Halo first, which is the source. Written to the audit log.
    """
    if not why.strip():
        raise typer.BadParameter("--why must say who asks for it")
    run_on_database(lambda database: erase_data(database, tenant, contact, why.strip(), dry_run=dry_run, yes=yes))


def main() -> None:
    """The console script."""
    app()
