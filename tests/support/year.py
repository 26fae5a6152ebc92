"""A year in the life of one tenant: what can happen in Halo and in the settings, and a plain model of the outcome."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from halo_simulator.running import Running
from halobus.store import Database
from support.guided import shown
from support.system import Portal
from support.truth import differences, should_show

TEAMS = (1, 2, 3, 4, 5, 7, 8)
"""1 and 2 share a name to begin with."""
STATUSES = (1, 2, 4, 9, 21, 24)
NAMES = ("Service Desk", "Second Line", "Projects", "Night Shift", "Blue Team")
API_AGENT = 3
DAY = 86_400.0

_some = st.integers(0, 10_000)
_teams = st.sampled_from(TEAMS)
_statuses = st.sampled_from(STATUSES)
_scope = st.one_of(st.just("all"), st.lists(_teams, min_size=1, max_size=4, unique=True))
_sees = st.one_of(st.none(), st.lists(_teams, min_size=3, max_size=6, unique=True))
Step = tuple[Any, ...]
STEPS: st.SearchStrategy[Step] = st.one_of(
    st.tuples(st.just("create"), _teams, _statuses),
    st.tuples(st.just("change"), _some, _statuses),
    st.tuples(st.just("move"), _some, _teams),
    st.tuples(st.just("delete"), _some),
    st.tuples(st.just("purge"), _some),
    st.tuples(st.just("merge"), _some, _some),
    st.tuples(st.just("restore"), _some),
    st.tuples(st.just("rename"), _teams, st.sampled_from(NAMES)),
    st.tuples(st.just("sees"), _sees),
    st.tuples(st.just("scope"), _scope, st.lists(_statuses, max_size=2, unique=True)),
    st.tuples(st.just("switch"), st.booleans()),
    st.tuples(st.just("clear")),
    st.tuples(st.just("pass"), st.integers(1, 60)),
    st.tuples(st.just("sync")),
    st.tuples(st.just("census")),
)


@dataclass
class Year:
    """Carries out steps. ``done``: what was done, as one would write it down to do it again."""

    halo: Running
    portal: Portal
    database: Database
    teams: Any = "all"
    excluded: list[int] = field(default_factory=list)
    tickets: bool = True
    sees: list[int] | None = None
    done: list[Step] = field(default_factory=list)

    async def take(self, step: Step) -> None:
        self.done.append(step)
        match step:
            case ("sync",):
                await self.sync()
            case ("census",):
                await self.census()
            case ("clear",):
                await self.clear()
            case ("pass", int(days)):
                await self.halo.control.clock(days * DAY)
            case ("scope", teams, list(excluded)):
                await self.decide(teams, excluded, self.tickets)
            case ("switch", bool(on)):
                await self.decide(self.teams, self.excluded, on)
            case _:
                await self._in_halo(step)

    async def _in_halo(self, step: Step) -> None:
        control = self.halo.control
        match step:
            case ("create", int(team), int(status)):
                made = f"Made in step {len(self.done)}"
                await control.create(team_id=team, status_id=status, client_id=12, summary=made)
            case ("rename", int(team), str(name)):
                await control.edit("team", team, name=name)
            case ("sees", sees):
                self.sees = sees
                await control.agent(API_AGENT, teams=sees)
            case ("restore", int(some)):
                await control.ops({"op": "restore", "id": await self._one(some, gone=True)})
            case (str(how), int(some), *rest):
                await self._to_ticket(how, await self._one(some), rest)

    async def _to_ticket(self, how: str, id: int, rest: list[int]) -> None:
        control = self.halo.control
        match how, rest:
            case "change", [status]:
                await control.change(id, status_id=status, summary=f"Changed in step {len(self.done)}")
            case "move", [team]:
                await control.change(id, team_id=team)
            case "merge", [other]:
                await control.merge(id, await self._one(other))
            case (("delete" | "purge"), _):
                await getattr(control, how)(id)

    async def _one(self, some: int, gone: bool = False) -> int:
        """One of the tickets that are there, or of those that were deleted or merged; the first, if there is none."""
        rows = [row async for row in self.halo.control.tickets() if not row["purged"]]
        there = [row["id"] for row in rows if (row["deleted"] or bool(row["merged_into"])) == gone]
        found = there or [row["id"] for row in rows]
        return int(found[some % len(found)])

    async def decide(self, teams: Any, excluded: list[int], tickets: bool) -> None:
        """Save the scope; teams that the wizard does not offer at the moment can't be chosen."""
        picker = await self.portal.call("GET", "/integrations/halo/reference/teams")
        offered = {item["id"] for item in picker["items"]}
        self.teams = teams if teams == "all" else [team for team in teams if team in offered] or "all"
        self.excluded, self.tickets = excluded, tickets
        await self.portal.settings("sync", teams=self.teams, excluded_statuses=excluded, tickets=tickets)

    async def sync(self) -> None:
        """A quick sync; what it holds back is agreed to."""
        await self.portal.settings(
            "tickets"
        )  # a new revision, so that the same sync is not the same within two minutes
        await self._applied(await self.portal.sync("quick"))

    async def census(self) -> None:
        """The same a day later, as far as the census goes."""
        await self.database.tenants.update_one(
            {"_id": self.portal.tenant}, {"$set": {"streams.tickets.census_at": None}}
        )
        await self.sync()

    async def clear(self) -> None:
        if self.tickets:
            await self.portal.settings("tickets")
            await self._applied(await self.portal.sync("clear", streams=["tickets"]))

    async def _applied(self, id: str) -> None:
        run = await self.portal.applied(id, 120)
        off = [read for read in run["reads"] if read["listed"] != sum(read["sums"].values())]
        assert off == [], (self.done, off)
        if run["approval"] and not run["approval"]["accepted_by"]:
            agreed = await self.portal.call("POST", f"/syncs/{id}/accept-removals")
            await self.portal.applied(agreed["id"], 120)

    async def wrong(self) -> dict[int, Any]:
        """Where the portal and the model differ, by ticket: (wanted, shown)."""
        visible: Collection[int] = TEAMS if self.sees is None else self.sees
        teams = visible if self.teams == "all" else set(visible) & set(self.teams)
        wanted = await should_show(self.halo.control, teams=teams, excluded=self.excluded)
        found = {id: _told(row) for id, row in (await shown(self.portal)).items()}
        return differences(wanted, found)


def _told(row: dict[str, Any]) -> dict[str, Any]:
    """A row of the portal as the model writes it."""
    ids = {f"{name}_id": row[part]["id"] if row[part] else None for name, part in _IDS.items()}
    return {**ids, "summary": row["summary"]}


_IDS = {"team": "team", "status": "status", "client": "company"}
