"""What ``connector.probe`` looks at: facts of docs/halo.md that a live Halo can show by reading alone."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from connector.halo.clean import CleanError, to_int
from connector.halo.client import HaloClient, Params
from connector.halo.errors import HaloError
from connector.halo.listing import LIST_KEYS
from connector.halo.zone import measure
from halobus.clock import Clock

Verdict = Literal["as written", "differs", "can't be told"]
BARE = ("Agent", "Team", "Status", "TicketType", "Priority", "Outcome", "AssetType", "Workflow", "Category")
KEYED = ("Tickets", "Client", "Site", "Users", "Asset", "Opportunities", "Projects")
CAPS = {"Tickets": 100, "Asset": 50}
DEFAULT_ROWS = 50
MORE_THAN_ALLOWED = 200
DIFFERS: Verdict = "differs"
AS_WRITTEN: Verdict = "as written"
UNTOLD: Verdict = "can't be told"


@dataclass(frozen=True)
class Fact:
    """``section`` of docs/halo.md; ``written``: what stands there; ``seen``: what this Halo did, without content."""

    section: str
    written: str
    seen: str
    verdict: Verdict


@dataclass(frozen=True)
class Looking:
    """A client of one instance, and the clock of this machine."""

    client: HaloClient
    clock: Clock

    async def get(self, path: str, params: Params | None = None) -> Any:
        return (await self.client.get(path, params or {}, interactive=True)).data


Look = Callable[[Looking], Awaitable[list[Fact]]]


def told(section: str, written: str, seen: str, well: bool | None) -> Fact:
    """A fact and its verdict; ``well`` None where this Halo's data doesn't tell."""
    return Fact(section, written, seen, UNTOLD if well is None else AS_WRITTEN if well else DIFFERS)


async def envelopes(look: Looking) -> list[Fact]:
    """Which lists lie under a key with a count (section 4)."""
    found = []
    for path in KEYED:
        written = f"/{path} lies under `{LIST_KEYS[path]}`, with record_count"
        data = await _or_refusal(look, path, _page(1, 1))
        found.append(_envelope(written, data, LIST_KEYS[path]))
    return found


def _envelope(written: str, data: Any, key: str) -> Fact:
    if isinstance(data, HaloError):
        return told("4", written, f"refused: {data.status or data.kind}", None)
    if not isinstance(data, Mapping):
        return told("4", written, f"a {type(data).__name__}", False)
    lists = sorted(name for name, value in data.items() if isinstance(value, list))
    seen = f"lists: {', '.join(lists) or 'none'}; record_count {'present' if 'record_count' in data else 'absent'}"
    return told("4", written, seen, lists == [key] and "record_count" in data)


async def bare_arrays(look: Looking) -> list[Fact]:
    """Which lists are arrays without pages (section 4)."""
    found = []
    for path in BARE:
        data = await _or_refusal(look, path, {})
        seen = f"refused: {data.status or data.kind}" if isinstance(data, HaloError) else type(data).__name__
        well = None if isinstance(data, HaloError) else isinstance(data, list)
        found.append(told("4", f"/{path} is a bare array", seen, well))
    return found


async def pages(look: Looking) -> list[Fact]:
    """How many rows a page holds at most, and what comes beyond the last one (section 5)."""
    found = []
    for path, cap in CAPS.items():
        data = await _or_refusal(look, path, _page(1, MORE_THAN_ALLOWED))
        rows, total = _rows(data, path)
        seen = f"{len(rows)} rows of {total} for page_size={MORE_THAN_ALLOWED}"
        enough = total is not None and total > cap
        found.append(told("5", f"/{path} is cut at {cap} rows a page", seen, len(rows) == cap if enough else None))
    plain, total = _rows(await _or_refusal(look, "Tickets", {}), "Tickets")
    well = len(plain) == DEFAULT_ROWS if total is not None and total > DEFAULT_ROWS else None
    written = f"without pages /Tickets gives {DEFAULT_ROWS} rows"
    return [*found, told("5", written, f"{len(plain)} rows of {total}", well), await _beyond(look)]


async def _beyond(look: Looking) -> Fact:
    written = "a page beyond the end may be the last page once more"
    rows, total = _rows(await _or_refusal(look, "Client", _page(1, 50)), "Client")
    if not total or not rows:
        return told("5", written, "no clients", None)
    last = -(-total // len(rows)) + 3
    far, _ = _rows(await _or_refusal(look, "Client", _page(last, len(rows))), "Client")
    return told("5", written, f"page {last}: {'the last rows again' if far else 'empty'}", True)


async def parameters(look: Looking) -> list[Fact]:
    """Parameters that Halo does not know, and lists of ids (section 5)."""
    _, total = _rows(await _or_refusal(look, "Tickets", _page(1, 1)), "Tickets")
    _, other = _rows(await _or_refusal(look, "Tickets", {**_page(1, 1), "nosuchparameter": 1}), "Tickets")
    ids = await _or_refusal(look, "Tickets", {"ticketidonly": True})
    rows, _ = _rows(ids, "Tickets")
    well = len(rows) >= total if total and not isinstance(ids, HaloError) else None
    unknown = None if total is None or other is None else abs(total - other) <= 1
    return [
        told("5", "an unknown parameter is ignored", f"{total} tickets without it, {other} with it", unknown),
        told("5", "ticketidonly gives all ids at once", f"{len(rows)} ids of {total}", well),
    ]


async def rows(look: Looking) -> list[Fact]:
    """Names and forms in rows of tickets and opportunities (sections 6.1 and 6.4)."""
    tickets, _ = _rows(await _or_refusal(look, "Tickets", _page(1, 50)), "Tickets")
    sales, _ = _rows(await _or_refusal(look, "Opportunities", _page(1, 50)), "Opportunities")
    named = [row for row in tickets if isinstance(row.get("team"), str)]
    odd = sum(not isinstance(row.get("id"), int) for row in tickets)
    types = [row for row in sales if "opptype" in row]
    wrong = any("opp_type" in row for row in sales)
    return [
        told("6.1", "a ticket carries its team's name", f"{len(named)} of {len(tickets)} rows", _all(named, tickets)),
        told("6.1", "an id may come as text or 21.0", f"{odd} of {len(tickets)} rows", True if tickets else None),
        told(
            "6.4",
            "opptype exists, opp_type does not",
            f"{len(types)} of {len(sales)} rows have opptype; opp_type {'exists' if wrong else 'does not'}",
            None if not sales else bool(types) and not wrong,
        ),
    ]


async def times(look: Looking) -> list[Fact]:
    """The Date header and the zone of ``lastupdatefromdate`` (section 8)."""
    reply = await look.client.get("Tickets", _page(1, 1), interactive=True)
    drift = abs((reply.date - look.clock.now()).total_seconds()) if reply.date else None
    seen = "none" if drift is None else f"{drift:.0f} s from this machine"
    dated = told("8", "answers carry a Date header", seen, drift is not None)

    zone = await measure(lambda path, params: look.client.get(path, params, interactive=True), look.clock.now())
    minutes = zone.offset_minutes
    seen = "could not be measured" if minutes is None else f"UTC{minutes:+d} minutes"
    return [dated, told("8", "lastupdatefromdate is read in a zone that can be measured", seen, minutes is not None)]


CHECKS: tuple[Look, ...] = (envelopes, bare_arrays, pages, parameters, rows, times)


async def _or_refusal(look: Looking, path: str, params: Params) -> Any:
    try:
        return await look.get(path, params)
    except HaloError as error:
        return error


def _page(number: int, size: int) -> Params:
    return {"pageinate": True, "page_no": number, "page_size": size, "order": "id", "orderdesc": False}


def _rows(data: Any, path: str) -> tuple[list[Mapping[str, Any]], int | None]:
    """Rows and total of whatever came; none of either where it is no list."""
    held = data.get(LIST_KEYS[path], []) if isinstance(data, Mapping) else data
    found = [row for row in held if isinstance(row, Mapping)] if isinstance(held, list) else []
    try:
        return found, to_int(data.get("record_count"), "record_count") if isinstance(data, Mapping) else None
    except CleanError:
        return found, None


def _all(some: list[Any], every: list[Any]) -> bool | None:
    return len(some) == len(every) if every else None
