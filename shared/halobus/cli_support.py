"""``halobus support-bundle``: what somebody far away needs to help, and nothing that a customer wrote or is called."""

import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typer
from pydantic import SecretStr

from halobus import cli_doctor, redaction, topics
from halobus.cli_lag import rows as lag_rows
from halobus.cli_output import trouble
from halobus.cli_resume import audit_entry, written_now
from halobus.lag import OffsetReader
from halobus.runs import Problem, Run
from halobus.settings import Settings
from halobus.settings_schema import SCHEMA
from halobus.store import DESCENDING, Database, Document
from halobus.streams import STREAMS

RUNS = 500
_READ = {"stream", "kind", "state", "total", "listed", "pages", "repaired", "removed", "requests", "difference", "sums"}


async def support_bundle(settings: Settings, database: Database, file: Path) -> None:
    """Write the bundle; what Kafka or MongoDB don't tell is left out, with the reason in its place."""
    parts = {
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "schema": SCHEMA,
        "settings": _settings(settings),
        "doctor": [each.__dict__ for each in await cli_doctor.findings(settings, database)],
        "lag": await _lag(settings),
        "groups": await _groups(database),
        "tenants": await _tenants(database),
        "mirrors": await _mirrors(database),
        "rejects": await _rejects(database),
        "runs": [_run(Run.model_validate(each)) async for each in _newest(database)],
    }
    _write(file, parts)
    entry = audit_entry("support.bundle", file.name, None, {"runs": len(parts["runs"])})
    await database["audit"].update_one({"_id": entry["_id"]}, written_now(entry), upsert=True)
    # Not on the standard output, so that the bundle itself may go there: /dev/stdout out of a container.
    typer.echo(f"{file} holds states, counts, errors and trace ids; read it before you send it", err=True)


def _settings(settings: Settings) -> dict[str, Any]:
    plain = {name: value for name, value in settings if not isinstance(value, SecretStr)}
    hidden = {"kafka_username"}
    return {name: redaction.redact(str(value), name) for name, value in plain.items() if name not in hidden}


async def _lag(settings: Settings) -> Any:
    offsets = OffsetReader(settings)
    try:
        return await lag_rows(offsets, settings)
    except Exception as error:  # noqa: BLE001  # a bundle is made when things are broken
        return redaction.exception(error)
    finally:
        await offsets.close()


async def _groups(database: Database) -> dict[str, Any]:
    owners = sorted({stream.owner for topic in topics.SOURCES for stream in STREAMS.values() if stream.topic is topic})
    names = {owner: f"{owner.replace('-', '_')}_group" for owner in owners}
    shown = {"_id": 0, "build": 1, "streak": 1, "armed": 1, "stopped.at": 1, "stopped.build": 1}
    return {owner: await database[name].find_one({"_id": "group"}, shown) for owner, name in names.items()}


async def _tenants(database: Database) -> list[Document]:
    shown = {"state": 1, "connection": 1, "lease": 1, "zone": 1, "problem.kind": 1, "problem.title": 1}
    streams = {f"streams.{name}.{field}": 1 for name in STREAMS for field in ("cursor", "full_read_at", "synced_at")}
    return await database["tenants"].find({}, {**shown, **streams}).sort("_id", 1).to_list(None)


async def _mirrors(database: Database) -> dict[str, list[Document]]:
    """How many documents of each state and reason every tenant has, by collection."""
    by: Document = {"tenant": "$tenant", "state": "$state", "reason": "$reason"}
    group: list[Document] = [{"$group": {"_id": by, "n": {"$sum": 1}}}]
    found: dict[str, list[Document]] = {}
    for stream in STREAMS.values():
        rows = await database[stream.collection].aggregate(group).to_list(None)
        found[stream.collection] = [{**row["_id"], "n": row["n"]} for row in rows]
    return found


async def _rejects(database: Database) -> dict[str, list[Document]]:
    """How many, by the class of their reason: the words after it may quote a row."""
    word = {"$arrayElemAt": [{"$split": [{"$ifNull": ["$reason", ""]}, ":"]}, 0]}
    group: list[Document] = [{"$group": {"_id": {"tenant": "$tenant", "reason": word}, "n": {"$sum": 1}}}]
    found: dict[str, list[Document]] = {}
    for name in sorted({stream.rejects for stream in STREAMS.values()}):
        rows = await database[name].aggregate(group).to_list(None)
        found[name] = [{**row["_id"], "n": row["n"]} for row in rows]
    return found


def _newest(database: Database) -> Any:
    return database["runs"].find().sort("created", DESCENDING).limit(RUNS)


def _run(run: Run) -> dict[str, Any]:
    """Without its command, result and diagnosis: they hold what people wrote and who they are."""
    command: Mapping[str, Any] = run.command
    return {
        "id": run.id,
        "tenant": run.tenant,
        "kind": run.kind,
        "mode": command.get("mode"),
        "streams": command.get("streams"),
        "state": run.state,
        "created": run.created,
        "started": run.started,
        "finished": run.finished,
        "reads": [read.model_dump(include=_READ) for read in run.reads],
        "difference": run.difference,
        "problem": _problem(run.problem),
        "attempt": run.sending.attempt if run.sending else None,
        "trace": run.trace,
    }


def _problem(problem: Problem | None) -> dict[str, Any] | None:
    """Its class and title are ours; detail and Halo's own words may quote a customer."""
    return problem.model_dump(include={"kind", "title", "status", "fields"}) if problem else None


def _write(file: Path, parts: Mapping[str, Any]) -> None:
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as output:
            json.dump(parts, output, default=str, indent=1)
    except OSError as error:
        raise trouble(f"{file} can't be written: {error.strerror}") from None
