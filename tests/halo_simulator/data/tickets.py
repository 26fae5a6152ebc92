"""Generates the columns of tickets: who, where, what, and a believable history over 18 months."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from halo_simulator.data import catalogue, clients, people
from halo_simulator.data.columns import DELETED, FIRST_ID, LIVE, MERGED, OPPORTUNITY, PROJECT, REQUEST, Columns
from halo_simulator.data.mix import mix
from halo_simulator.data.organisation import TICKET_TEAMS

DAY = 86_400
SPAN = 547 * DAY
_EXTRA_EVERY = 51
"""Every 51st id is something else than a live ticket: deleted, an opportunity, merged, a project."""
_EXTRAS = ((REQUEST, DELETED), (OPPORTUNITY, LIVE), (REQUEST, MERGED), (PROJECT, LIVE))
_OPEN = (1, 2, 2, 2, 3, 4, 4, 5, 6, 21, 22, 23, 24)
_TYPE = {REQUEST: (1, 1, 1, 2, 2, 4, 4, 3), OPPORTUNITY: (21, 21, 22), PROJECT: (31,)}


@dataclass(frozen=True, slots=True)
class Source:
    """What tickets are made from; `owners`: the clients, `contacts`: of a client, about."""

    seed: int
    anchor: int
    agents: int
    owners: Sequence[int]
    contacts: int


def fill(columns: Columns, source: Source, wanted: int) -> None:
    """Generate until `wanted` live tickets of the domain reqs exist."""
    total = wanted + (wanted - 1) // (_EXTRA_EVERY - 1)
    for number in range(1, total + 1):
        extra = number % _EXTRA_EVERY == 0
        kind, state = _EXTRAS[number // _EXTRA_EVERY % len(_EXTRAS)] if extra else (REQUEST, LIVE)
        _append(columns, source, number, number / total, kind, state)


def fill_sales(columns: Columns, source: Source, opportunities: int, projects: int) -> None:
    """Generate until so many live ones of these domains exist; their ids follow the tickets'."""
    there = [sum(1 for one in columns.kind if one == kind) for kind in (OPPORTUNITY, PROJECT)]
    kinds = [OPPORTUNITY] * (opportunities - there[0]) + [PROJECT] * (projects - there[1])
    first = len(columns) + 1
    for place, kind in enumerate(_mixed(kinds, source.seed)):
        _append(columns, source, first + place, (place + 1) / len(kinds), kind, LIVE)


def _mixed(kinds: list[int], seed: int) -> list[int]:
    """The kinds in no order."""
    return [kind for _, kind in sorted((mix(seed, place, 4), kind) for place, kind in enumerate(kinds))]


def _append(columns: Columns, source: Source, number: int, fraction: float, kind: int, state: int) -> None:
    """One ticket."""
    bits = mix(source.seed, number, 1)
    values = _history(bits, fraction, source.anchor) | _place(source, bits, kind)
    values |= {"kind": kind, "state": state, "agent": 1 if bits >> 61 == 0 else 5 + (bits >> 40) % (source.agents - 4)}
    if state == MERGED:
        values |= {"merged": number - 7 + FIRST_ID, "status": 9, "closed": values["updated"]}
    columns.append(values)


def _place(source: Source, bits: int, kind: int) -> dict[str, int]:
    """Client, site, contact, team, type, SLA and priority. One opportunity in nine is a prospect's, of no client."""
    prospect = kind == OPPORTUNITY and (bits >> 48) % 9 == 0
    client = clients.UNKNOWN if prospect else source.owners[bits % len(source.owners)]
    sla = 3 if kind == PROJECT else 1 + client % 2
    types = _TYPE[kind]
    return {
        "client": client,
        "site": clients.site_id(client, (bits >> 9) % clients.site_count(source.seed, client)),
        "user": _reporter(source, client, bits >> 11),
        "team": {OPPORTUNITY: 6, PROJECT: 4}.get(kind, TICKET_TEAMS[(bits >> 17) % len(TICKET_TEAMS)]),
        "type": types[(bits >> 21) % len(types)],
        "sla": sla,
        "priority": 1 + (bits >> 25) % catalogue.PRIORITIES_OF[sla],
    }


def _reporter(source: Source, client: int, bits: int) -> int:
    """One of the client's contacts, or the General User of its first site."""
    there = 0 if client == clients.UNKNOWN else people.persons(source.seed, client, source.contacts)
    chosen = bits % (1 + there)
    return people.user_id(client, chosen and people.GENERAL_USERS + chosen - 1)


def _history(bits: int, fraction: float, anchor: int) -> dict[str, int]:
    """Created evenly over the span; most die within days, some linger, a few come back much later."""
    created = anchor - int(SPAN * (1 - fraction)) - (bits >> 5) % DAY - 600
    updated = min(created + _life(bits, anchor - created), anchor - 60 - (bits >> 30) % 500)
    status = _status(bits, anchor - updated)
    closed = updated if status in catalogue.CLOSED else 0
    return {"created": created, "updated": updated, "acted": updated, "status": status, "closed": closed}


def _life(bits: int, most: int) -> int:
    """Seconds from creation to the last change."""
    span = (DAY, DAY, 3 * DAY, 3 * DAY, 3 * DAY, 21 * DAY, 21 * DAY, 120 * DAY)[(bits >> 45) % 8]
    return (bits >> 33) % (most if bits >> 59 == 0 else span)


def _status(bits: int, age: int) -> int:
    """Old tickets are mostly closed, young ones mostly open."""
    luck = (bits >> 50) % 100
    if luck < (82 if age > 30 * DAY else 45):
        return 8 if luck < 6 else 9
    return _OPEN[(bits >> 37) % len(_OPEN)]
