"""``halobus doctor``: everything that a deployment needs, line by line, with what to do about it."""

import os
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import typer

from halobus import doctor_kafka, doctor_keys, doctor_mongo, settings_known
from halobus.cli_output import show, trouble
from halobus.doctor import Check, examine, judged
from halobus.lag import OffsetReader
from halobus.sealed import Held, credentials
from halobus.settings import Settings
from halobus.store import Database

PRIVATE, PUBLIC = "HALOBUS_SEALING_PRIVATE_KEYS", "HALOBUS_SEALING_PUBLIC_KEY"
PYTHON = (3, 11)


async def doctor(
    settings: Settings, database: Database, private: Path | None, public: Path | None, backup: Path | None
) -> None:
    """Print all findings. Exit code 1 where anything is wrong; warnings alone are 0."""
    found = await findings(settings, database, private, public, backup)
    show([{"part": each.part, "state": each.state, "found": each.found, "do": each.remedy} for each in found], "")
    if any(each.state == "wrong" for each in found):
        raise typer.Exit(1)


async def findings(
    settings: Settings,
    database: Database,
    private: Path | None = None,
    public: Path | None = None,
    backup: Path | None = None,
) -> list[Check]:
    """Every check; each that breaks is a finding itself."""
    texts = key_text(private, PRIVATE), key_text(public, PUBLIC)
    found = [*_here(), *await _kafka(settings), *await _mongodb(database)]
    if any(each.state == "wrong" and each.part == "mongodb" for each in found):
        return found  # it would wait for the same
    return found + await examine("sealing keys", partial(_keys, database, *texts, backup), "is MONGODB_URI right?")


def key_text(given: Path | None, variable: str) -> str | None:
    """Keys from a file that was named, else as a service is given them; None where they are not."""
    name = os.environ.get(f"{variable}_FILE")
    path = given or (Path(name) if name else None)
    try:
        return path.read_text() if path else os.environ.get(variable)
    except OSError as error:
        raise trouble(f"{path} can't be read: {error.strerror}") from None


def _here() -> list[Check]:
    version = ".".join(map(str, sys.version_info[:3]))
    old = [] if sys.version_info >= PYTHON else [f"Python {version} is too old"]
    unknown = [f"{name} is no setting of any service" for name in settings_known.unknown()]
    return [
        *judged("python", old, f"Python {version}", "use Python 3.11 or newer"),
        *judged("settings", unknown, "no unknown setting", "a typing error? docs/settings.md lists all"),
    ]


async def _kafka(settings: Settings) -> list[Check]:
    offsets = OffsetReader(settings)

    async def reach() -> Sequence[Check]:
        return await doctor_kafka.broker(await offsets.admin())

    async def topics() -> Sequence[Check]:
        return await doctor_kafka.topics(await offsets.admin(), settings)

    async def privileges() -> Sequence[Check]:
        return await doctor_kafka.privileges(await offsets.admin(), settings)

    try:
        remedy = "is KAFKA_BOOTSTRAP_SERVERS right, and are security, account and authority those of your Kafka?"
        found = await examine("kafka", reach, remedy)
        if any(each.state == "wrong" for each in found):
            return found  # the others would each wait for the same
        found += await examine("topics", topics, "this credential needs DESCRIBE and DESCRIBE_CONFIGS on topics")
        return found + await examine("kafka privileges", privileges, "give it DESCRIBE on the cluster")
    finally:
        await offsets.close()


async def _mongodb(database: Database) -> list[Check]:
    remedy = "is MONGODB_URI right, and may this account be used on the database?"
    found = await examine("mongodb", partial(doctor_mongo.server, database), remedy)
    if any(each.state == "wrong" and each.part == "mongodb" for each in found):
        return found
    for part, look in (
        ("mongodb privileges", doctor_mongo.privileges),
        ("indexes", doctor_mongo.indexes),
        ("clock", doctor_mongo.clocks),
        ("work", doctor_mongo.work),
    ):
        found += await examine(part, partial(look, database), "grant this account readWrite on the database")
    return found


async def _keys(database: Database, private: str | None, public: str | None, backup: Path | None) -> list[Check]:
    held: list[Held] = await credentials(database)
    found = [*doctor_keys.opened(private, held), *doctor_keys.matching(private, public)]
    return [*found, *(doctor_keys.backup(backup, held) if backup else [])]
