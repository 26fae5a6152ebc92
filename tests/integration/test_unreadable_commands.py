"""A command that the connector can't read: one dead letter, a run that says so, and a key that is free again."""

from collections.abc import AsyncIterator

import pytest

from connector.acceptance import Acceptance
from embedded.choose import Chosen
from halobus.bus import Bus
from halobus.commands import COMMAND_TYPE
from halobus.envelope import Envelope
from halobus.publisher import Raw
from halobus.store import Document
from halobus.topics import COMMANDS
from support.portal import Portal, opened
from support.records import consumed
from wizard_api import outbox


@pytest.fixture
async def portal(stack: Chosen) -> AsyncIterator[Portal]:
    async with opened(stack) as made:
        yield made


def unreadable(document: Document) -> Raw:
    """The command as another version might have written it."""
    id, tenant = document["command_id"], document["tenant"]
    envelope = Envelope(COMMAND_TYPE, "wizard-api", document["_id"], b'{"kind": "not yet known"}', tenant, id=id)
    headers = [(name, text.encode()) for name, text in envelope.headers().items()]
    return Raw(envelope.key.encode(), envelope.value, headers)


async def dead_letters(bus: Bus) -> int:
    return sum(each.end for each in (await bus.progress("nobody", COMMANDS.dead_letters)).values())


async def test_its_run_fails_with_what_to_do_and_it_is_published_no_more(portal: Portal) -> None:
    tenant = await portal.connected()
    bus = Bus(portal.settings, "connector")
    acceptance = Acceptance(portal.database, bus, lambda: None)
    async with portal.client(tenant) as client:
        id = (await client.post("/api/v1/syncs", json={"kind": "quick"})).json()["id"]
        document = await portal.database.commands.find_one({"command_id": id})
        assert document is not None
        record = consumed(unreadable(document), topic=bus.name(COMMANDS))
        await acceptance.handle([record])
        run = (await client.get(f"/api/v1/syncs/{id}")).json()
        assert (run["state"], run["ended"]) == ("failed", True)
        assert run["problem"]["title"] == "The connector could not read this command"

        past = {"$set": {"repeat_at": document["recorded"]}}
        await portal.database.commands.update_one({"command_id": id}, past)
        before = sum(each.end for each in (await bus.progress("nobody", COMMANDS)).values())
        await outbox.repeat(portal.wizard)
        assert sum(each.end for each in (await bus.progress("nobody", COMMANDS)).values()) == before
        assert await dead_letters(bus) == 1

        again = (await client.post("/api/v1/syncs", json={"kind": "quick"})).json()
        assert (again["id"] != id, again["deduplicated"]) == (True, False)
    await bus.stop()


async def test_one_that_nobody_recorded_leaves_a_dead_letter_alone(portal: Portal) -> None:
    bus = Bus(portal.settings, "connector")
    stranger = {"_id": "acme:sync:0", "tenant": "acme", "command_id": "unknown"}
    await Acceptance(portal.database, bus, lambda: None).handle([consumed(unreadable(stranger))])
    assert await dead_letters(bus) == 1
    assert await portal.database.runs.count_documents({}) == 0
    await bus.stop()
