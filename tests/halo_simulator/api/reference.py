"""The reference lists: bare arrays without pages (docs/halo.md sections 4 and 6)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from halo_simulator.api.call import Answer, Call, Handler
from halo_simulator.api.listing import bare, public
from halo_simulator.errors import HaloError

Row = dict[str, Any]


def lister(kind: str) -> Handler:
    """All rows of a list that the caller may see."""

    async def answer(call: Call) -> Answer:
        return bare(list(_shown(kind, call)))

    return answer


def getter(kind: str) -> Handler:
    """One row, with what only the detail shows."""

    async def answer(call: Call) -> Answer:
        rows = call.instance.world.lists[kind]
        found: Row | None = rows.get(call.key) or rows.get(call.id() if call.key.lstrip("-").isdigit() else None)
        if found is None:
            raise HaloError(404, "Not Found")
        hidden: Row = found.get("_detail", {})
        return public(found) | hidden

    return answer


async def me(call: Call) -> Answer:
    """`/Agent/me`: the agent that the application logs in as."""
    found = call.instance.world.lists["agent"].get(call.viewer.application.agent_id)
    if found is None:
        raise HaloError(404, "Not Found")
    teams = call.viewer.teams
    own = found["teams"] if teams is None else [{"team_id": team} for team in sorted(teams)]
    return public(found) | {"teams": own}


def _shown(kind: str, call: Call) -> Iterator[Row]:
    """The rows after the list's own filters."""
    rows: Iterable[Row] = call.instance.world.lists[kind].values()
    passes = {"team": _team, "agent": _agent, "status": _status, "tickettype": _ticket_type, "category": _category}
    test = passes.get(kind)
    return (row for row in rows if test is None or test(row, call))


def _team(row: Row, call: Call) -> bool:
    """Enabled teams of the agent; `domain` or `type` narrows."""
    chosen = (call.params.text("domain") or call.params.text("type")).lower()
    field = {"reqs": "forrequests", "opps": "foropps", "prjs": "forprojects"}.get(chosen)
    teams = call.viewer.teams
    return (
        (teams is None or row["id"] in teams)
        and (not row["inactive"] or call.params.flag("includedisabled") or call.params.flag("showall"))
        and (field is None or row[field])
    )


def _agent(row: Row, call: Call) -> bool:
    """Enabled agents, API-only ones too; disabled and Unassigned on request."""
    if row["id"] == 1:
        return call.params.flag("includeunassigned")
    team = call.params.integers("team_id")
    return (not row["isdisabled"] or call.params.flag("includedisabled")) and (
        team is None or any(entry["team_id"] in team for entry in row["teams"])
    )


def _status(row: Row, call: Call) -> bool:
    """All, or without the closed ones."""
    return not call.params.flag("excludeclosed") or row["id"] not in call.instance.world.closed


def _ticket_type(row: Row, call: Call) -> bool:
    """Of one domain, if asked."""
    domain = call.params.text("domain").lower()
    return not domain or row["_domain"] == domain


def _category(row: Row, call: Call) -> bool:
    """Of one level, if asked."""
    level = call.params.integers("type_id")
    return level is None or row["type_id"] in level
