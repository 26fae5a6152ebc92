"""The provider itself: departments, teams (two of one name) and agents."""

from __future__ import annotations

from typing import Any

from halo_simulator.data.mix import guid, mix, pick
from halo_simulator.data.words import FAMILY, GIVEN

Row = dict[str, Any]

_TEAMS = (
    (1, "Service Desk", 1, "Support"),
    (2, "Service Desk", 2, "Managed Hosting"),
    (3, "Second Line", 1, "Support"),
    (4, "Projects", 3, "Professional Services"),
    (5, "Security", 2, "Managed Hosting"),
    (6, "Sales", 4, "Commercial"),
    (7, "Field Engineers", 1, "Support"),
    (8, "Out of Hours", 1, "Support"),
)
TICKET_TEAMS = (1, 1, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 5, 5, 7, 8)
"""How tickets fall to teams."""


def teams(seed: int) -> list[Row]:
    """`/Team`: ids 1 and 2 share the name Service Desk."""
    return [_team(seed, *entry) for entry in _TEAMS]


def _team(seed: int, key: int, name: str, department: int, department_name: str) -> Row:
    """One team."""
    return {
        "id": key, "guid": guid(seed, key, 21), "name": name, "sequence": key, "forrequests": key != 6,
        "foropps": key == 6, "forprojects": key == 4, "ticket_count": 0, "department_id": department,
        "department_name": department_name, "inactive": key == 8, "agents": [],
    }  # fmt: skip


def agents(seed: int, count: int) -> list[Row]:
    """`/Agent`: 1 is Halo's Unassigned, 3 and 4 are API-only, every ninth is disabled."""
    return [_agent(seed, key) for key in range(1, count + 1)]


def _agent(seed: int, key: int) -> Row:
    """One agent."""
    bits = mix(seed, key, 22)
    first, last = pick(bits, 0, GIVEN), pick(bits, 8, FAMILY)
    name, api = f"{first} {last}", key in (3, 4)
    special = {1: "Unassigned", 3: "MSPortal API", 4: "Reporting API"}
    team = _TEAMS[key % len(_TEAMS)]
    return {
        "id": key, "name": special.get(key, name), "isdisabled": key % 9 == 0, "is_agent": key != 1,
        "isapiagent": api, "email": "" if key in special else f"{first}.{last}@msp.example".lower().replace("'", ""),
        "initials": first[0] + last[0], "firstname": first, "surname": last, "jobtitle": "Engineer",
        "team": team[1], "teams": [{"team_id": team[0], "team_name": team[1]}], "lastlogindate": "1900-01-01T00:00:00",
        "role_list": "", "licence_type": 1, "colour": "#2bd3c6", "onlinestatus": 0,
    }  # fmt: skip
