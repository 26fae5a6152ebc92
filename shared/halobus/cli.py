"""``halobus``: the operator's command line. Exit codes: 0 fine, 1 trouble found, 2 wrong usage, 78 bad settings."""

from pathlib import Path
from typing import Annotated

import typer

from halobus import store
from halobus.cli_dlq import dlq
from halobus.cli_doctor import doctor as examine
from halobus.cli_erase import erase as erase_data
from halobus.cli_keys import keys
from halobus.cli_lag import lag as show_lag
from halobus.cli_migrate import migrate_all
from halobus.cli_options import known_partitions, known_state, known_tenant
from halobus.cli_output import as_json, in_terminal
from halobus.cli_recover import recover as recover_database
from halobus.cli_resume import GROUPS
from halobus.cli_resume import resume as resume_group
from halobus.cli_run import run, run_on_database
from halobus.cli_runs import runs as show_runs
from halobus.cli_support import support_bundle as write_bundle
from halobus.cli_tenants import tenants
from halobus.cli_topics import topics as show_topics
from halobus.settings import Settings

app = typer.Typer(
    name="halobus",
    help="Operate Halobus: its health, topics, lag, runs, tenants, dead letters, keys, erasure, restored backups.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # they would show local variables
)
app.add_typer(keys, name="keys")
app.add_typer(dlq, name="dlq")
app.add_typer(tenants, name="tenants")


def _group(given: str) -> str:
    if given not in GROUPS:
        raise typer.BadParameter(f"{given!r} is none of {', '.join(GROUPS)}")
    return given


@app.command()
def migrate(
    partitions: Annotated[
        list[str] | None, typer.Option(help="TOPIC=N, again for each: more partitions than declared. Never fewer.")
    ] = None,
) -> None:
    """Create or alter topics and indexes to what this version declares. Deletes no data; may be run again."""
    wanted = known_partitions(partitions or [])
    done = run(lambda settings: migrate_all(settings, wanted))
    if not in_terminal():
        as_json(done)
        return
    for line in done or ["nothing to do"]:
        typer.echo(line)


@app.command()
def topics() -> None:
    """Show the declared topics against those of the cluster."""
    run(show_topics)


@app.command()
def doctor(
    keys: Annotated[Path | None, typer.Option(help="The connector's private keys, else from its settings.")] = None,
    public: Annotated[Path | None, typer.Option(help="wizard-api's public key, else from its settings.")] = None,
    backup: Annotated[Path | None, typer.Option(help="A backup of the private keys: does it open everything?")] = None,
) -> None:
    """Check everything that a deployment needs, and say what to do. Exit code 1 where anything is wrong."""

    async def body(settings: Settings) -> None:
        database = store.connect(settings)
        try:
            await examine(settings, database, keys, public, backup)
        finally:
            store.close(database)

    run(body)


@app.command()
def support_bundle(file: Annotated[Path, typer.Argument(help="Where to: JSON, for its owner alone.")]) -> None:
    """Write states, counts, errors and trace ids into a file: no content, no names of people, no secrets."""

    async def body(settings: Settings) -> None:
        database = store.connect(settings)
        try:
            await write_bundle(settings, database, file)
        finally:
            store.close(database)

    run(body)


@app.command()
def lag(watch: Annotated[bool, typer.Option("--watch", help="Again every 2 seconds until Ctrl-C.")] = False) -> None:
    """Show how far every consumer group has read, in records and in seconds."""
    run(lambda settings: show_lag(settings, watch=watch))


@app.command()
def runs(
    id: Annotated[str | None, typer.Argument(help="A run's id: show everything about it.")] = None,
    tenant: Annotated[str | None, typer.Option(help="Only this tenant's.", callback=known_tenant)] = None,
    state: Annotated[str | None, typer.Option(help="Only these: failed, needs_review, …", callback=known_state)] = None,
) -> None:
    """Show the newest 20 runs and their sums."""
    run_on_database(lambda database: show_runs(database, tenant, state, id))


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
    journal: Annotated[
        Path | None, typer.Option(help="Append a line here, for a restore from an older backup.")
    ] = None,
) -> None:
    """Erase all of a tenant, or one person of it, for ever: nothing that comes late brings it back.

    A person is erased in Halo first, which is the source. Written to the audit log.
    """
    if not why.strip():
        raise typer.BadParameter("--why must say who asks for it")
    run_on_database(
        lambda database: erase_data(database, tenant, contact, why.strip(), dry_run=dry_run, yes=yes, journal=journal)
    )


@app.command()
def recover(
    erasures: Annotated[Path | None, typer.Option(help="The journal of `halobus erase --journal`.")] = None,
    spread: Annotated[float, typer.Option(min=0, help="Minutes over which the full reads begin.")] = 30,
    without_kafka: Annotated[bool, typer.Option("--without-kafka", help="Kafka was lost too: ask it nothing.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and change nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask.")] = False,
) -> None:
    """After MongoDB was restored from a backup, with the services stopped: close what was going on, erase again what
    was erased since, read everything anew. Nothing is written into Halo twice. Written to the audit log; may be run
    again.
    """

    async def body(settings: Settings) -> None:
        database = store.connect(settings)
        try:
            await recover_database(
                settings, database, erasures, spread_minutes=spread, kafka=not without_kafka, dry_run=dry_run, yes=yes
            )
        finally:
            store.close(database)

    run(body)


def main() -> None:
    """The console script."""
    app()
