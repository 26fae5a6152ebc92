"""Creating an opportunity in Halo, from a planner item or directly, complete with all defaults, in one request."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from halobus.commands import CreateOpportunity, dedup_key
from halobus.store import Session
from wizard_api import company_links, creations, outbox, planner_decisions, reference
from wizard_api.auth import Principal
from wizard_api.connected import State
from wizard_api.context import API, InWizard, Wizard
from wizard_api.creations import KIND, CreationView
from wizard_api.dedup import KEPT_DAYS, Request
from wizard_api.idempotency import Idempotency, IdempotencyKey
from wizard_api.issuing import head_of
from wizard_api.opportunity_ready import ready_state
from wizard_api.permissions import PlannerReader, PlannerWriter
from wizard_api.planner_decisions import Decision
from wizard_api.planner_entries import Entry
from wizard_api.planner_fields import Company, Text, Title, Value
from wizard_api.planner_items import check_company, entry_of
from wizard_api.problems import ProblemError, conflict, invalid, not_found
from wizard_api.waiting import Prefer, ended_run, seconds

router = APIRouter(prefix=f"{API}/opportunities", tags=["opportunities"])
Creation = Annotated[str, Path(max_length=64, description="What the POST was answered with")]


class CreateIn(BaseModel):
    """Either ``item``, a planner item of your own, or ``title`` and ``client_id`` with what else is known.

    ``again``: of an item whose last creation needs review: somebody has looked, and Halo has no such opportunity.
    """

    model_config = ConfigDict(extra="forbid")

    item: Annotated[str, Field(max_length=64)] | None = None
    again: bool = False
    title: Title | None = None
    description: Text = ""
    due: AwareDatetime | None = None
    value: Value | None = None
    client_id: Company | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> "CreateIn":
        given = self.model_fields_set & {"title", "description", "due", "value", "client_id"}
        if self.item is not None and given:
            raise ValueError(f"send `item` or {', '.join(sorted(given))}, not both: an item brings its own")
        if self.item is None and (self.title is None or self.client_id is None):
            raise ValueError("send `item`, or `title` and `client_id`")
        return self


class Wish(BaseModel):
    """What is to become an opportunity."""

    title: str
    description: str
    due: datetime | None
    value: float | None
    client_id: int


@router.post(
    "",
    status_code=202,
    summary="Create an opportunity in Halo with all defaults",
    responses={200: {"model": CreationView}, 201: {"model": CreationView, "description": "Halo has made it"}},
)
async def create(
    body: CreateIn,
    caller: PlannerWriter,
    wizard: InWizard,
    response: Response,
    idempotency_key: IdempotencyKey = None,
    prefer: Prefer = None,
) -> CreationView:
    if idempotency_key is None:
        raise _keyless()
    state = await ready_state(wizard.database, caller.tenant)
    entry = await entry_of(wizard, state, body.item) if body.item is not None else None
    wish = _wish(body, entry)
    await check_company(wizard, caller, state, wish.client_id)
    await _check_link(wizard, state, wish.client_id)
    command = await _command(wizard, caller, state, wish, body.item, idempotency_key)

    async def also(session: Session) -> None:
        if entry is not None:
            await _take(wizard, caller, state, entry, command.id, body.again, session)

    key = Idempotency.of(caller.tenant, idempotency_key, {"body": body.model_dump(), "by": caller.subject})
    # The dedup key holds the caller's own key: as long as the command is kept, that key makes no second opportunity.
    request = Request(command, KEPT_DAYS * 24 * 3600, state.connection, idempotency=key, also=also)
    recorded = await outbox.issue(wizard, request)
    response.headers["Location"] = f"{API}/opportunities/creations/{recorded.id}"
    await ended_run(wizard, caller.tenant, recorded.id, seconds(prefer))
    return await _answer(wizard, caller, recorded.id, recorded.deduplicated, response)


@router.get("/creations/{id}", summary="Where an opportunity that was created here is on its way to Halo")
async def follow(id: Creation, caller: PlannerReader, wizard: InWizard, prefer: Prefer = None) -> CreationView:
    await ended_run(wizard, caller.tenant, id, seconds(prefer))
    found = await creations.one(wizard.database, caller.tenant, id)
    if found is None:
        raise not_found("This creation")
    return found


def _keyless() -> ProblemError:
    return ProblemError(
        428,
        "idempotency-key-required",
        "Creating an opportunity needs an Idempotency-Key",
        remedy="Send a new random Idempotency-Key with each one, and the same one when you repeat a request.",
    )


def _wish(body: CreateIn, entry: Entry | None) -> Wish:
    if entry is None:
        return Wish.model_validate(body.model_dump(include=set(Wish.model_fields)))
    if entry.choice.client_id is None and entry.halo is None:
        raise invalid(("client_id", "is missing in the item: choose whose it is (PATCH /planner/items/{id}) first"))
    company = entry.halo.client_id if entry.halo else entry.choice.client_id
    return Wish.model_validate({**entry.fields(), "client_id": company})


async def _check_link(wizard: Wizard, state: State, client_id: int) -> None:
    if client_id not in await company_links.of(wizard.database, state, [client_id]):
        href = f"{API}/companies/{client_id}/link"
        raise conflict(
            "company-not-linked",
            f"Company {client_id} is not linked to a company of the portal",
            f"Link it first: PUT {href}.",
            link=href,
        )


async def _command(
    wizard: Wizard, caller: Principal, state: State, wish: Wish, item: str | None, key: str
) -> CreateOpportunity:
    defaults = state.opportunities
    head = head_of(caller, KIND)
    head["dedup_key"] = dedup_key(caller.tenant, KIND, (caller.subject, key))
    lists = await reference.load(wizard.database, state, ["categories"])
    names = {int(each.id): each.name for each in lists.get("categories", [])}
    return CreateOpportunity(
        **head,
        connection=state.connection,
        item=item,
        client_id=wish.client_id,
        summary=wish.title,
        details=wish.description,
        value=wish.value,
        target=wish.due,
        opptype=defaults.type,
        ticket_type_id=defaults.ticket_type_id,
        workflow_id=defaults.workflow_id,
        stage_id=defaults.stage_id,
        probability=defaults.probability,
        # One that has vanished from Halo goes without: Halo says itself whether it can do so.
        categories=[names.get(id) if id is not None else None for id in defaults.categories],
    )


async def _take(
    wizard: Wizard, caller: Principal, state: State, entry: Entry, command: str, again: bool, session: Session
) -> None:
    """The item is being made into an opportunity by this command, and by no other: else 409, and nothing is done."""
    if entry.halo is not None:
        raise _has_one(entry.halo.opportunity)
    own = {"_id": f"{state.tenant.tenant}:{state.connection}:{entry.choice.subject}"}
    held = await wizard.database.planner_choices.find_one(own, session=session) or {}
    before = await creations.one(wizard.database, caller.tenant, held["creation"]) if held.get("creation") else None
    if before is not None and before.state != "refused" and not (before.state == "needs_review" and again):
        raise _under_way(before)
    told = {"creation": command}
    decision = Decision(entry.id, "planner.opportunity-asked", {"creation": command}, told)
    await planner_decisions.write(wizard.database, caller, state, decision, session)


def _has_one(opportunity: int) -> ProblemError:
    return conflict(
        "has-opportunity",
        f"The item has opportunity {opportunity} in Halo already",
        f"See GET {API}/opportunities/{opportunity}.",
        opportunity=opportunity,
    )


def _under_way(before: CreationView) -> ProblemError:
    href = f"{API}/opportunities/creations/{before.id}"
    if before.state == "sent":
        return _has_one(before.opportunity or 0)
    if before.state == "sending":
        return conflict(
            "creation-under-way", "Its opportunity is on its way to Halo", f"Follow it: GET {href}.", id=before.id
        )
    return conflict(
        "needs-review",
        "Nobody can tell whether Halo has its opportunity",
        "Look for it in Halo. If it is there, import it; if it is not, send `again`: true with a new Idempotency-Key.",
        id=before.id,
    )


async def _answer(wizard: Wizard, caller: Principal, id: str, deduplicated: bool, response: Response) -> CreationView:
    """201 once Halo has made it, 200 where that was asked before; 422 with Halo's own words where it refuses."""
    found = await creations.one(wizard.database, caller.tenant, id) or CreationView(id=id, state="sending")
    if found.state == "refused":
        raise _refused(found)
    if found.state == "sent":
        response.status_code = 200 if deduplicated else 201
    return found


def _refused(found: CreationView) -> ProblemError:
    problem = found.problem
    return ProblemError(
        422,
        "halo-refused",
        problem.title if problem else "Halo did not make the opportunity",
        (problem.halo or problem.detail) if problem else "",
        (problem.remedy if problem else "") or "Correct the defaults in the opportunity settings, or the item.",
        found.errors,
        more={"id": found.id, "halo": problem.halo if problem else None},
    )
