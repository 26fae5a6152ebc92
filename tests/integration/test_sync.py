"""The main job on the whole system: connect, sync, and the portal's documents against Halo's."""

from pathlib import Path

from conftest import Place
from halo_simulator.running import running
from support.system import system


async def test_a_first_sync_brings_what_is_in_scope(place: Place, tmp_path: Path) -> None:
    async with running(limit=3000) as halo, system(place, tmp_path, halo.url, HALOBUS_HALO_LIMIT="3000") as it:
        async with it.portal() as portal:
            tested = await portal.connect(halo.url, halo.client_id, halo.client_secret)
            assert tested["diagnosis"]["connected"], tested
            await portal.settings("sync", teams="all")
            run = await portal.applied(await portal.sync("resync"))
            wanted = {str(row["id"]) async for row in halo.control.tickets() if not row["deleted"]}
            stored = {doc["id"] async for doc in it.database.tickets.find({"state": "live"})}
            assert stored == wanted
            for read in run["reads"]:
                assert read["listed"] == sum(read["sums"].values()), read
