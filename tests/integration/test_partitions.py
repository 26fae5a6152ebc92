"""More partitions in the middle of a full read: nothing is lost, nothing is older than it was, every sum is right."""

from pathlib import Path

from conftest import Place

from halo_simulator.running import running
from support.command_line import halobus
from support.system import System, system
from support.truth import balanced, differences, should_show, stored
from support.waiting import until

MORE = 9
TOPICS = ("halo.tickets", "halo.commands", "halo.integration-events")


async def test_partitions_grow_in_the_middle_of_a_read(place: Place, tmp_path: Path) -> None:
    pages = {"HALOBUS_HALO_LIMIT": "100000", "HALOBUS_PAGE_SIZE": "20"}
    async with (
        running(limit=100000, latency=0.05) as halo,
        system(place, tmp_path, halo.url, **pages) as it,
        it.portal() as portal,
    ):
        await portal.connect(halo.url, halo.client_id, halo.client_secret)
        await portal.settings("sync", teams="all")
        run = await portal.sync("resync")
        await until(lambda: _is_reading(it, run))
        options = [part for topic in TOPICS for part in ("--partitions", f"{topic}={MORE}")]
        grown = await halobus(place, "migrate", *options)
        assert grown.code == 0, grown.err
        assert [line.split(": ")[1] for line in grown.json] == [
            "raised from 6 to 9 partitions",
            "raised from 6 to 9 partitions",
            "raised from 3 to 9 partitions",
        ]
        assert (await it.database.runs.find_one({"_id": run}) or {})["state"] in ("reading", "applying"), (
            "in the middle"
        )
        assert balanced(await portal.applied(run, 120)) == []

        tickets = sorted(await should_show(halo.control))
        await halo.control.ops(*({"op": "change", "id": id, "summary": f"moved {id}"} for id in tickets[:200]))
        assert balanced(await portal.applied(await portal.sync("quick", join=False), 120)) == []
        assert balanced(await portal.applied(await portal.sync("clear", streams=["tickets"]), 120)) == []
        assert differences(await should_show(halo.control), await stored(it.database)) == {}
        rows = [row for row in (await halobus(place, "lag")).json if row["topic"].endswith("halo.tickets")]
        assert len(rows) == MORE
        assert [row for row in rows if row["lag"]] == []
        assert sum(bool(row["committed"]) for row in rows if row["partition"] >= 6) == 3, "the new ones were used"
        assert (await halobus(place, "migrate", *options)).json == []
        assert (await halobus(place, "migrate", "--partitions", "halo.tickets=x")).code == 2


async def _is_reading(it: System, run: str) -> bool:
    document = await it.database.runs.find_one({"_id": run}) or {}
    pages: int = sum(read["pages"] for read in document.get("reads", ()) if read["stream"] == "tickets")
    return pages >= 3
