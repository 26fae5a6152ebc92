"""``halobus erase``: what a tenant or one person asks to be forgotten."""

import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import typer

from halobus import erase_contact, erase_tenant
from halobus.cli_output import as_json, in_terminal, trouble
from halobus.recover_erasures import Erasure
from halobus.store import Database
from halobus.topics import ALL, DAY_MS

KAFKA_DAYS = max(topic.retention_ms for topic in ALL) // DAY_MS
NOT_OURS = {
    "tenant": "Not covered: the host portal's own companies, users and roles; the audit log, which is the proof and "
    "expires after 400 days; backups, logs and traces, which hold ids.",
    "contact": "Not covered: what people wrote (texts of tickets and comments), the requester's name in assets, the "
    "portal's own user, backups. Erase the person in Halo first: it is the source, and what it still says of them in "
    "texts and as a comment's author comes again.",
}


async def erase(
    database: Database,
    tenant: str,
    contact: int | None,
    why: str,
    *,
    dry_run: bool,
    yes: bool,
    journal: Path | None = None,
) -> None:
    """Erase a tenant or, with ``contact``, one person of it, and say what is left. Exit code 1 where something is.

    ``journal``: a file that gets a line, by which ``halobus recover`` does it again after a restore.
    """
    if contact is None:
        held = await erase_tenant.count(database, tenant)
        if not dry_run:
            _agree(f"erase all of tenant {tenant}", held, yes)
            _note(journal, Erasure(tenant, None, None, datetime.now(UTC)))
            held = await erase_tenant.erase(database, tenant, why)
        _tell("tenant", held, [], dry_run)
        return
    found = await erase_contact.look(database, tenant, contact)
    if found is None:
        raise trouble(f"tenant {tenant} has no connection, so nothing of a contact is known")
    left: list[str] = []
    if not dry_run:
        _agree(f"erase contact {contact} of tenant {tenant}", found.counts, yes)
        _note(journal, Erasure(tenant, contact, found.connection, datetime.now(UTC)))
        left = await erase_contact.erase(database, found, why)
    _tell("contact", found.counts, left, dry_run)
    if any("run this again" in sentence for sentence in left):
        raise typer.Exit(1)


def _note(journal: Path | None, erasure: Erasure) -> None:
    """Before the deed: one that was noted and not done is done by a restore, one that was not noted would be undone."""
    if journal is None:
        return
    try:
        with journal.open("a") as file:
            file.write(f"{erasure.line()}\n")
    except OSError as error:
        raise trouble(f"nothing was erased, since {journal} can't be written: {error.strerror}") from None


def _agree(what: str, held: Mapping[str, int], yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise trouble(f"nothing was done; --yes would {what}")
    listed = ", ".join(f"{n} {name}" for name, n in held.items() if n) or "nothing stored"
    typer.confirm(f"{what[0].upper()}{what[1:]} ({listed})? This can't be undone.", abort=True, err=True)


def _tell(kind: str, held: Mapping[str, int], left: Sequence[str], dry_run: bool) -> None:
    complete = datetime.now(UTC) + timedelta(days=KAFKA_DAYS)
    said: dict[str, Any] = {
        "dry_run": dry_run,
        "erased": {name: n for name, n in held.items() if n},
        "left": list(left),
        "complete": None if dry_run else complete.isoformat(timespec="seconds"),
        "note": NOT_OURS[kind],
    }
    if not in_terminal():
        as_json(said)
        return
    verb = "would erase" if dry_run else "erased"
    typer.echo("\n".join(f"{verb} {n} {name}" for name, n in said["erased"].items()) or "nothing is stored")
    typer.echo("\n".join([*left, NOT_OURS[kind]]))
    if not dry_run:
        typer.echo(
            f"Complete on {complete:%Y-%m-%d}: until then topics and dead letters hold records that nobody reads."
        )
