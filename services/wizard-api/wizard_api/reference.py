"""Halo's reference lists: the pickers of the wizard, names for everything that is shown, and *Sync PSA Data*."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Literal, get_args

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from halobus.commands import Refresh
from halobus.messages import ReferenceItem, ReferenceList, ReferenceName
from halobus.mirror import visible
from halobus.store import Database, Document
from halobus.streams import StreamName
from wizard_api import opportunity_types, outbox
from wizard_api.connected import State, live_state_of, state_of
from wizard_api.context import API, InWizard
from wizard_api.dedup import Request
from wizard_api.issuing import ACCEPTED, Accepted, accepted, head_of
from wizard_api.permissions import Manager, Reader
from wizard_api.problems import not_found
from wizard_api.settings_rules import unfit_for_comments

router = APIRouter(prefix=f"{API}/integrations/halo/reference", tags=["reference"])
NAMES: tuple[ReferenceName, ...] = get_args(ReferenceName)
JOIN_WINDOW = 10
Domain = Literal["reqs", "opps", "prjs"]
SEEN = "These are the types that opportunities in Halo have. It is free text there: another can be typed."
NONE_SEEN = "No opportunity with a type was read from Halo yet: type one as it is written there."
_COUNTED: dict[str, str] = {"teams": "team_id", "statuses": "status_id"}


class Choice(ReferenceItem):
    """``tickets``: stored tickets with this team or status; null where not counted.

    ``usable``: of outcomes, whether a comment from the portal can be made with it; null for other lists.
    ``opportunities``: of opportunity types, how many have it; null for other lists.
    """

    tickets: int | None = None
    usable: bool | None = None
    opportunities: int | None = None


class Choices(BaseModel):
    """``read_at``: when the list last came from Halo; null and no items before the first time.

    ``free_text``: what is typed is accepted as well; ``note`` says how.
    """

    name: str
    items: list[Choice]
    read_at: datetime | None
    free_text: bool = False
    note: str = ""


class RefreshIn(BaseModel):
    """``lists``: which ones; empty means all."""

    model_config = ConfigDict(extra="forbid")

    lists: list[ReferenceName] = Field(default_factory=list)


@router.post("/refresh", status_code=202, responses=ACCEPTED, summary="Sync PSA Data: read the lists anew")
async def refresh(caller: Manager, wizard: InWizard, response: Response, body: RefreshIn | None = None) -> Accepted:
    state = await live_state_of(wizard.database, caller.tenant)
    lists = sorted(set(body.lists)) if body else []
    head = head_of(caller, "reference.refresh", state.connection, *lists)
    command = Refresh(**head, connection=state.connection, lists=lists)
    request = Request(command, JOIN_WINDOW, state.connection)
    return accepted(response, await outbox.issue(wizard, request))


@router.get("/opportunity-types", summary="The types that opportunities have, which is free text in Halo")
async def pick_types(
    caller: Reader,
    wizard: InWizard,
    search: Annotated[str | None, Query(max_length=100, description="Part of a type")] = None,
) -> Choices:
    state = await state_of(wizard.database, caller.tenant)
    found = await opportunity_types.seen(wizard.database, state)
    items = [
        Choice(id=each.name, name=each.name, opportunities=each.opportunities)
        for each in found
        if search is None or search.casefold() in each.name.casefold()
    ]
    synced = state.tenant.streams.get(StreamName.OPPORTUNITIES)
    note = SEEN if found else NONE_SEEN
    read_at = synced.synced_at if synced else None
    return Choices(name="opportunity-types", items=items, read_at=read_at, free_text=True, note=note)


@router.get("/{name}", summary="A list to pick from")
async def pick(
    name: str,
    caller: Reader,
    wizard: InWizard,
    search: Annotated[str | None, Query(max_length=100, description="Part of a name")] = None,
    counts: Annotated[bool, Query(description="Count stored tickets (teams and statuses)")] = False,
    level: Annotated[int | None, Query(ge=1, le=4, description="Of categories: those of one level")] = None,
    domain: Annotated[
        Domain | None, Query(description="Of ticket types: those of tickets, opportunities or projects")
    ] = None,
) -> Choices:
    if name not in NAMES:
        raise not_found(f"Reference list {name[:40]}")
    state = await state_of(wizard.database, caller.tenant)
    document = await wizard.database.reference.find_one({**_live(state), "id": name})
    if document is None:
        return Choices(name=name, items=[], read_at=None)
    held = await _counts(wizard.database, state, name) if counts else None
    items = [
        Choice(
            **item.model_dump(),
            tickets=held.get(item.id, 0) if held is not None else None,
            usable=unfit_for_comments(item) is None if name == "outcomes" else None,
        )
        for item in ReferenceList.model_validate(document["content"]).items
        if (search is None or search.casefold() in item.name.casefold()) and _is_of(item, level=level, domain=domain)
    ]
    return Choices(name=name, items=items, read_at=document.get("met"))


async def load(database: Database, state: State, names: Iterable[ReferenceName]) -> dict[str, list[ReferenceItem]]:
    """The lists that have been read, by name."""
    found = database.reference.find({**_live(state), "id": {"$in": list(names)}})
    return {document["id"]: ReferenceList.model_validate(document["content"]).items async for document in found}


def _is_of(item: ReferenceItem, **wanted: object) -> bool:
    """Whether an item has these attributes; what was not asked for (None), and what Halo does not say, is no reason."""
    return all(value is None or item.attributes.get(name) in (value, None) for name, value in wanted.items())


def _live(state: State) -> Document:
    return visible(state.tenant.tenant, state.connection, state.generation(StreamName.REFERENCE))


async def _counts(database: Database, state: State, name: str) -> dict[object, int] | None:
    field = _COUNTED.get(name)
    if field is None:
        return None
    live = visible(state.tenant.tenant, state.connection, state.generation(StreamName.TICKETS))
    pipeline = [{"$match": live}, {"$group": {"_id": f"$content.{field}", "tickets": {"$sum": 1}}}]
    return {row["_id"]: row["tickets"] async for row in database.tickets.aggregate(pipeline)}
