"""The reference lists: how each is read and cleaned. One request a list where Halo allows it."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from connector.halo import clean_reference
from connector.halo.clean import UNASSIGNED, CleanError, as_row, to_int
from connector.halo.client import Params
from connector.halo.errors import HaloError
from connector.halo.listing import LIST_KEYS, rows
from halobus import log
from halobus.messages import ReferenceItem, ReferenceName

logger = log.get(__name__)
Clean = Callable[[Any, Params], ReferenceItem]
Get = Callable[[str, Params], Awaitable[Any]]
"""Path and parameters to the answer's JSON."""
NOT_FOUND = 404
DOMAINS = ("reqs", "opps", "prjs")


@dataclass(frozen=True)
class ReferenceSource:
    """``requests``: paths with parameters, in order. ``detail``: each row is asked for by its id as well.

    ``optional``: a Halo that lacks the resource (404) has an empty list.
    """

    name: ReferenceName
    requests: tuple[tuple[str, Params], ...]
    row: Clean
    skip: frozenset[int] = frozenset()
    detail: bool = False
    optional: bool = False

    async def read(self, get: Get) -> list[ReferenceItem]:
        """The whole list. What ``get`` raises passes through."""
        items: list[ReferenceItem] = []
        for path, params in self.requests:
            found = self.clean(await self._data(get, path, params), params)
            items += [await self._detailed(get, path, item) for item in found] if self.detail else found
        return merged(items)

    async def _data(self, get: Get, path: str, params: Params) -> Any:
        try:
            return await get(path, params)
        except HaloError as error:
            if not (self.optional and error.status == NOT_FOUND):
                raise
            return []

    def clean(self, data: Any, params: Params) -> list[ReferenceItem]:
        """The items of one answer. A row that can't be read is left out and logged: a list is replaced whole."""
        found, _ = rows(data, LIST_KEYS[self.requests[0][0]])
        items = [self._row(row, params) for row in found]
        return [item for item in items if item is not None and item.id not in self.skip]

    def _row(self, row: Any, params: Params) -> ReferenceItem | None:
        try:
            return self.row(row, params)
        except CleanError as error:
            logger.warning("reference_row_unreadable", list=self.name, field=error.field, problem=error.problem)
            return None

    async def _detailed(self, get: Get, path: str, item: ReferenceItem) -> ReferenceItem:
        data = await get(f"{path}/{item.id}", {"includedetails": True})
        return self._row(data, {}) or item


def merged(items: Sequence[ReferenceItem]) -> list[ReferenceItem]:
    """Each id once. A type that Halo lists in several domains is of none: it may not know the parameter."""
    found: dict[int | str, ReferenceItem] = {}
    for item in items:
        held = found.get(item.id)
        if held is not None and held.attributes.get("domain") != item.attributes.get("domain"):
            item = item.model_copy(update={"attributes": {**item.attributes, "domain": None}})
        found[item.id] = item
    return list(found.values())


def _plain(clean: Callable[[Any], ReferenceItem]) -> Clean:
    return lambda row, params: clean(row)


def _ticket_type(row: Any, params: Params) -> ReferenceItem:
    return clean_reference.ticket_type(row, str(params.get("domain") or "") or None)


def _category(row: Any, params: Params) -> ReferenceItem:
    """The row's own level counts, where it has one: Halo ignores parameters that it does not know."""
    level = to_int(as_row(row).get("type_id"), "type_id")
    asked = to_int(params.get("type_id"), "type_id") or 1
    return clean_reference.category(row, level if level in (1, 2, 3, 4) else asked)


def _source(
    name: ReferenceName, path: str, clean: Callable[[Any], ReferenceItem], params: Params, *, skip: int = 0
) -> ReferenceSource:
    return ReferenceSource(name, ((path, params),), _plain(clean), frozenset({skip} - {0}))


_ALL: Params = {"includeenabled": True, "includedisabled": True}
REFERENCE_LISTS: dict[ReferenceName, ReferenceSource] = {
    source.name: source
    for source in (
        _source("teams", "Team", clean_reference.team, _ALL),
        _source("statuses", "Status", clean_reference.plain, {"showall": True}),
        ReferenceSource("ticket-types", tuple(("TicketType", {"domain": one}) for one in DOMAINS), _ticket_type),
        _source("priorities", "Priority", clean_reference.priority, {}),
        _source("slas", "SLA", clean_reference.plain, {}),
        _source("outcomes", "Outcome", clean_reference.outcome, {}),
        ReferenceSource(
            "workflows", (("Workflow", {"includeinactive": True}),), _plain(clean_reference.workflow), detail=True
        ),
        ReferenceSource("categories", tuple(("Category", {"type_id": level}) for level in range(1, 5)), _category),
        ReferenceSource("opportunity-types", (("TicketType", {"domain": "opps"}),), _ticket_type),
        _source("asset-types", "AssetType", clean_reference.asset_type, {}),
        _source("agents", "Agent", clean_reference.agent, {**_ALL, "includeapiagents": True}, skip=UNASSIGNED),
        ReferenceSource("top-levels", (("TopLevel", {}),), _plain(clean_reference.plain), optional=True),
    )
}
"""Every list by its name, teams and statuses first: reads need them."""
