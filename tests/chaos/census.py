"""census: nothing leaves the portal without proof, and many leave it only when an admin agrees.

Id lists that are cut short, a census that Halo's outage ends in the middle, and ids that vanish because the API agent
lost teams.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from chaos.load import some
from chaos.row import Broken, Ground, Row
from chaos.started import halo, quick, tenant
from halo_simulator.control import Control
from halo_simulator.running import Running
from support.system import Portal, System
from support.truth import differences, should_show, stored

CUTS: tuple[dict[str, Any], ...] = ({"keep": 0.5}, {"keep": 0.5, "honest": True}, {"keep": 0.0})
"""Half a list that does not say so, half a list that does, and one of which nothing is left."""
CHEAP = 10
"""Requests that prove any number of removals: a list of ids between two counts, and the few that came back."""
AGENT = 3
"""The agent of our application in the simulator."""


@dataclass
class Scene:
    """One connected tenant, its Halo, and what did not hold so far."""

    it: System
    portal: Portal
    source: Running
    broken: Broken

    @property
    def control(self) -> Control:
        return self.source.control

    async def census(self) -> dict[str, Any]:
        """A sync in which a census is due; the ended run."""
        yesterday = datetime.now(UTC) - timedelta(days=2)
        await self.it.database.tenants.update_many(
            {"_id": self.portal.tenant}, {"$set": {"streams.tickets.census_at": yesterday}}
        )
        return await quick(self.it, self.portal)

    async def differs(self, expected: dict[int, dict[str, Any]]) -> list[int]:
        return list(differences(expected, await stored(self.it.database, self.portal.tenant)))


async def census(ground: Ground, full: bool) -> Row:
    broken = Broken()
    async with (
        halo(full) as source,
        tenant(ground, "census", source) as (it, portal),
    ):
        await portal.applied(await portal.sync("resync", **some(full, "tickets")), 300)
        scene = Scene(it, portal, source, broken)
        everything = await should_show(source.control)
        await _truncated_lists(scene, everything, CUTS if full else CUTS[:1])
        await _cut_short(scene, everything)
        purged = await _few_purged(scene, everything)
        remaining = {id: row for id, row in everything.items() if id not in purged}
        figures = await _lost_teams(scene, remaining)
    done = "id lists cut short, a census ended by errors 500, purged tickets, an agent that lost teams"
    return Row("census", done, {"purged and removed": str(len(purged)), **figures}, broken.sentences)


async def _truncated_lists(scene: Scene, everything: dict[int, dict[str, Any]], cuts: Sequence[dict[str, Any]]) -> None:
    for cut in cuts:
        await scene.control.fault("truncated_id_list", count=None, path="ticketidonly", params=cut)
        run = await scene.census()
        await scene.control.clear_faults()
        scene.broken.unless(run["state"] == "applied", f"a truncated list ended the run as {run['state']}")
        scene.broken.unless(run["approval"] is None, "a truncated list asked for an approval")
        scene.broken.unless(await scene.differs(everything) == [], "a truncated list removed something")


async def _cut_short(scene: Scene, everything: dict[int, dict[str, Any]]) -> None:
    """Halo answers 500 from the middle of the census on; the next sync takes it up again."""
    await scene.control.fault("500", count=None, path="ticketidonly")
    run = await scene.census()
    await scene.control.clear_faults()
    scene.broken.unless(run["state"] == "failed", f"a census without its list ended as {run['state']}")
    scene.broken.unless(await scene.differs(everything) == [], "a census cut short removed something")


async def _few_purged(scene: Scene, everything: dict[int, dict[str, Any]]) -> set[int]:
    """A few that Halo has lost without a trace: the census alone can find them, and each is looked at."""
    purged = set(sorted(everything)[5:10])
    for ticket in purged:
        await scene.control.purge(ticket)
    run = await scene.census()
    scene.broken.unless(run["state"] == "applied", f"the census after the outage ended as {run['state']}")
    removed = sum(read["removed"] for read in run["reads"])
    scene.broken.unless(removed == len(purged), f"{removed} removed where {len(purged)} were purged")
    kept = {id: row for id, row in everything.items() if id not in purged}
    scene.broken.unless(await scene.differs(kept) == [], "after the purge the portal differs from Halo")
    return purged


async def _lost_teams(scene: Scene, everything: dict[int, dict[str, Any]]) -> dict[str, str]:
    """The agent sees one team less. That is asked for; while it waits one of its tickets moves to a team it sees."""
    team = max({row["team_id"] for row in everything.values()}, key=lambda team: len(_of(everything, team)))
    seen = sorted({row["team_id"] for row in everything.values()} - {team})
    await scene.control.agent(AGENT, teams=seen)
    run = await scene.census()
    asked = (await scene.it.database.runs.find_one({"_id": run["id"]}) or {}).get("approval") or {"ids": []}
    lost = _of(everything, team)
    scene.broken.unless(run["state"] == "applied", f"ids that vanished ended the run as {run['state']}")
    scene.broken.unless(set(asked["ids"]) == lost, f"asked about {len(asked['ids'])} of {len(lost)} removals")
    scene.broken.unless(run["approval"] is not None, "the run does not show that it waits for an approval")
    scene.broken.unless(await scene.differs(everything) == [], "removals that wait for an approval were done")

    back = min(lost)
    await scene.control.change(back, team_id=seen[0])
    answer = await scene.portal.call("POST", f"/syncs/{run['id']}/accept-removals")
    accepted = await scene.portal.ended(str(answer["id"]), 300)
    asked_halo = sum(read["requests"] for read in accepted["reads"] if read["kind"] == "removals")
    scene.broken.unless(asked_halo <= CHEAP, f"the removals took {asked_halo} requests: {CHEAP} would do")
    now = {id: row for id, row in (await should_show(scene.control)).items() if id not in lost - {back}}
    scene.broken.unless(accepted["state"] == "applied", f"the accepted removals ended as {accepted['state']}")
    scene.broken.unless(await scene.differs(now) == [], "after the approval more or fewer are gone than was proven")
    return {"held back for approval": str(len(lost)), "removed after it": str(len(lost) - 1)}


def _of(tickets: dict[int, dict[str, Any]], team: int) -> set[int]:
    return {id for id, row in tickets.items() if row["team_id"] == team}
