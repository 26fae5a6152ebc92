"""Each consumer as a process: ready, stores, ends with 0 at SIGTERM."""

import pytest

from halobus.publisher import Raw
from halobus.topics import COMPANIES, REFERENCE, TICKETS, Topic
from support.consumers import Where, bench
from support.processes import service_process
from support.records import company, reference, ticket
from support.waiting import until

CASES: dict[str, tuple[Topic, Raw, str, str]] = {
    "sync_ticket": (TICKETS, ticket(1), "tickets", "1"),
    "sync_crm": (COMPANIES, company(1), "companies", "1"),
    "importer": (REFERENCE, reference("teams", [{"id": 7, "name": "Service Desk"}]), "reference", "teams"),
}


@pytest.mark.parametrize("module", CASES)
async def test_ready_stores_and_ends_with_zero(place: Where, module: str) -> None:
    topic, record, collection, id = CASES[module]
    async with bench(place) as here:
        await here.choose_teams("all")
        async with service_process(module, place) as running:
            await here.bus.publish_raw(topic, [record])
            found = await until(lambda: here.mirror(id, collection))
            assert found
            assert found["state"] == "live"
            await here.until_caught_up(topic, topic.groups[0])
            assert await running.terminate() == 0
        assert {line["level"] for line in running.lines} == {"info"}
