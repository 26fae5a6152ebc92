"""Projects on the whole system: every one that Halo has with its budget, through every change, and the sums right."""

from pathlib import Path

from conftest import Place

from halo_simulator.running import running
from halo_simulator.scopes import GUIDE
from support.sales import reason, should_be, stored
from support.system import system
from support.truth import balanced


async def test_projects_are_read_where_they_are_allowed_and_not_switched_off(place: Place, tmp_path: Path) -> None:
    async with (
        running(limit=100000) as halo,
        system(place, tmp_path, halo.url, HALOBUS_HALO_LIMIT="100000") as it,
        it.portal() as portal,
    ):
        await halo.control.application(halo.client_id, permissions=[one for one in GUIDE if "projects" not in one])
        await portal.connect(halo.url, halo.client_id, halo.client_secret)
        await portal.settings("sync", teams="all")
        run = await portal.applied(await portal.sync("resync"))
        assert "projects" not in {read["stream"] for read in run["reads"]}
        card = {each["stream"]: each for each in (await portal.call("GET", "/integrations/halo"))["streams"]}
        assert "read:projects" in card["projects"]["problem"]["title"]

        await halo.control.application(halo.client_id, permissions=list(GUIDE))
        await portal.test()
        run = await portal.applied(await portal.sync("resync"))
        assert balanced(run) == []
        wanted = await should_be(halo.control, "prjs")
        assert len(wanted) == 12
        assert {row["money_budget"] for row in wanted.values()} >= {None}
        assert await stored(it.database, "projects") == wanted

        renamed, closed, deleted, purged, *_ = wanted
        await halo.control.clock(advance=60)
        await halo.control.change(
            renamed, summary="Büro $1.50 umgezogen", projectmoneybudget=0.0, projecttimeactual=3.25
        )
        await halo.control.change(closed, status_id=9)
        await halo.control.delete(deleted)
        await halo.control.purge(purged)
        made = await halo.control.create(domain="prjs", summary="New", projecttimebudget=40.0, client_id=12)
        await it.database.tenants.update_one({"_id": portal.tenant}, {"$set": {"streams.projects.census_at": None}})
        run = await portal.applied(await portal.sync("quick", streams=["projects"], join=False))
        assert balanced(run) == []
        wanted = await should_be(halo.control, "prjs")
        assert (wanted[renamed]["money_budget"], wanted[made]["time_budget"]) == (None, 40.0)
        assert wanted[closed]["closed"] is not None
        assert await stored(it.database, "projects") == wanted
        assert await reason(it.database, "projects", deleted) == "deleted"
        assert await reason(it.database, "projects", purged) == "not_visible"

        await portal.settings("projects", enabled=False)
        await halo.control.change(renamed, summary="While it was off")
        run = await portal.applied(await portal.sync("quick", join=False))
        assert "projects" not in {read["stream"] for read in run["reads"]}
        assert await stored(it.database, "projects") == wanted
