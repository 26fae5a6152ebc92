"""``halobus recover``: after MongoDB was restored from a backup, before the services start again."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import typer

from halobus import recover_erasures, recover_reads, recover_runs
from halobus.cli_output import as_json, in_terminal, trouble
from halobus.cli_resume import audit_entry, written_now
from halobus.recover_erasures import Erasure
from halobus.settings import Settings
from halobus.store import Database

Done = dict[str, Any]


async def recover(
    settings: Settings,
    database: Database,
    journal: Path | None,
    *,
    spread_minutes: float,
    kafka: bool,
    dry_run: bool,
    yes: bool,
) -> None:
    """Say what is to be done, ask, do it, and write it in the audit log; may be run again."""
    try:
        erasures = recover_erasures.from_journal(journal) if journal else []
    except (OSError, ValueError) as error:
        raise trouble(str(error)) from None
    if kafka:
        erasures += await recover_erasures.from_facts(settings)
    source = settings if kafka else None
    found = await _steps(source, database, erasures, spread_minutes, dry_run=True)
    if not dry_run:
        _agree(found, yes)
        found = await _steps(source, database, erasures, spread_minutes, dry_run=False)
        entry = audit_entry("database.recovered", "database", None, found)
        await database["audit"].update_one({"_id": entry["_id"]}, written_now(entry), upsert=True)
    _tell(found, dry_run)


async def _steps(
    settings: Settings | None, database: Database, erasures: Sequence[Erasure], minutes: float, *, dry_run: bool
) -> Done:
    """Fences first: from then on nobody else writes. Erasures before the mirrors are shown under a new number."""
    if not dry_run:
        await recover_reads.raise_fences(database)
    closed = [
        await recover_runs.close_runs(database, dry_run=dry_run),
        await recover_runs.settle_commands(database, dry_run=dry_run),
    ]
    if settings is not None:
        closed.append(await recover_runs.settle_unread(settings, database, dry_run=dry_run))
    erased, left = await recover_erasures.again(database, erasures, dry_run=dry_run)
    gone = {each.tenant for each in erased if each.contact is None}
    tenants = await recover_reads.read_anew(database, gone, dry_run=dry_run)
    sums: Done = {}
    for counts in closed:
        for name, n in counts.items():
            sums[name] = sums.get(name, 0) + n
    planned = await recover_reads.spread(database, gone, minutes, dry_run=dry_run)
    told = {"erased_again": [str(each) for each in erased], "left": left}
    return {**sums, **told, "tenants_read_anew": len(tenants), "syncs_planned": planned}


def _agree(found: Done, yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise trouble("nothing was done; --dry-run shows what would be, --yes does it")
    _tell(found, dry_run=True)
    typer.confirm("Are all five services stopped, and is all of this to be done?", abort=True, err=True)


def _tell(found: Done, dry_run: bool) -> None:
    if not in_terminal():
        as_json({"dry_run": dry_run, **found})
        return
    verb = "would be" if dry_run else "done"
    for name, n in found.items():
        shown = "; ".join(n) if isinstance(n, list) else n
        typer.echo(f"{verb}: {name.replace('_', ' ')}: {shown or 'none'}")
    if not dry_run:
        typer.echo("Now start the services; `halobus runs` shows the full reads.")
