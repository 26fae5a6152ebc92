"""``halobus recover``, erasures: who was erased after the backup stays erased.

Every erasure is told on ``halo.integration-events``, which keeps facts for 7 days; of older backups the operator's own
journal tells, one line of JSON an erasure, which ``halobus erase --journal`` has written.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import ValidationError

from halobus import erase_contact, erase_tenant
from halobus.erasures import COLLECTION
from halobus.messages import Fact
from halobus.settings import Settings
from halobus.store import Database, find_one
from halobus.topic_records import records
from halobus.topics import FACTS

WHY = "done again after a restore"
SAME = timedelta(minutes=1)
"""An erasure and the fact that tells it are of the same moment, give or take this."""


@dataclass(frozen=True)
class Erasure:
    """``contact`` None: all of the tenant. ``connection``: whose contact it is, None where only the tenant is known."""

    tenant: str
    contact: int | None
    connection: str | None
    at: datetime

    def line(self) -> str:
        """As it stands in a journal."""
        return json.dumps({**self.__dict__, "at": self.at.isoformat()})

    def __str__(self) -> str:
        return f"tenant {self.tenant}" + (f", contact {self.contact}" if self.contact is not None else "")


def from_journal(path: Path) -> list[Erasure]:
    """The erasures of a journal; ValueError names the line that is none."""
    found = []
    for number, line in enumerate(path.read_text().splitlines(), 1):
        try:
            fields = json.loads(line)
            at = datetime.fromisoformat(fields["at"])
            found.append(Erasure(fields["tenant"], fields["contact"], fields["connection"], at))
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"{path}, line {number} is no erasure: {error}") from error
    return found


async def from_facts(settings: Settings) -> list[Erasure]:
    """The erasures that Kafka still tells of."""
    found = []
    async for record in records(settings, FACTS, None, lambda progress: progress.begin):
        try:
            fact = Fact.model_validate_json(record.value or b"")
        except ValidationError:
            continue  # of a later version; an erasure's fact has had this form from the first one on
        if fact.type == "tenant.erased":
            found.append(Erasure(fact.tenant, None, None, fact.at))
        elif fact.type == "contact.erased":
            found.append(Erasure(fact.tenant, int(fact.data["contact"]), fact.connection, fact.at))
    return found


async def again(database: Database, erasures: Iterable[Erasure], *, dry_run: bool) -> tuple[list[Erasure], list[str]]:
    """Do again what the backup does not know. What was erased, and in sentences what is left to do."""
    done: list[Erasure] = []
    left: list[str] = []
    in_time = sorted(erasures, key=lambda erasure: erasure.at)
    # The journal and Kafka may both tell of one: the newest word on each is enough.
    for each in {(one.tenant, one.contact, one.connection): one for one in in_time}.values():
        if await _is_done(database, each):
            continue
        done.append(each)
        if not dry_run:
            left += await _erase(database, each)
    return done, left


async def _is_done(database: Database, each: Erasure) -> bool:
    if each.contact is None:
        mark = await find_one(database, "connections", each.tenant) or {}
        erased: datetime | None = mark.get("erased_at")
        return erased is not None and erased >= each.at - SAME
    tenant = await find_one(database, "tenants", each.tenant) or {}
    if each.connection is not None and tenant.get("connection") != each.connection:
        return True  # of a connection that is no more: nothing of it lives
    return await find_one(database, COLLECTION, f"{each.tenant}:{tenant.get('connection')}:{each.contact}") is not None


async def _erase(database: Database, each: Erasure) -> list[str]:
    if each.contact is None:
        await erase_tenant.erase(database, each.tenant, WHY)
        return []
    found = await erase_contact.look(database, each.tenant, each.contact)
    # The importer does not run yet, so nothing is waited for.
    return await erase_contact.erase(database, found, WHY, patience=0) if found else []
