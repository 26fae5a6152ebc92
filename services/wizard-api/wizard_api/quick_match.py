"""*Quick Match*: links are proposed by name, and those that an admin chose are made."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field, field_validator

from halobus.store import Document
from wizard_api import company_links, company_matching
from wizard_api.company_links import Wish
from wizard_api.company_match import Proposal, Reason
from wizard_api.connected import live_state_of, state_of
from wizard_api.context import API, InWizard
from wizard_api.paging import Cursor, Limit, Page, decode, page
from wizard_api.permissions import Manager, Reader
from wizard_api.portal_companies import PortalCompany, PortalId

router = APIRouter(prefix=f"{API}/companies/quick-match", tags=["companies"])
MOST = 1000


class ProposalView(BaseModel):
    """``certain``: the one candidate has the same name, and nobody else has. Else a person chooses, or none of them.

    ``reason``: *same_name*; or why it is not certain: *several* have that name, another *legal_form*, the candidate is
    *inactive*, or the names are only *similar*.
    """

    id: int
    name: str
    inactive: bool
    certain: bool
    reason: Reason
    candidates: list[PortalCompany]


class Proposals(Page[ProposalView]):
    """Of all pages: ``certain`` and ``ambiguous`` ones, and ``unmatched`` clients that no portal company is like."""

    certain: int
    ambiguous: int
    unmatched: int


class ChosenLink(BaseModel):
    """A Halo client, and the portal company that an admin chose for it."""

    model_config = ConfigDict(extra="forbid")

    id: int = Field(ge=1, le=2**53)
    portal_company: PortalId


class AcceptIn(BaseModel):
    """``accept``: each client and each portal company once."""

    model_config = ConfigDict(extra="forbid")

    accept: list[ChosenLink] = Field(max_length=MOST)

    @field_validator("accept")
    @classmethod
    def _each_once(cls, accept: list[ChosenLink]) -> list[ChosenLink]:
        if len({each.id for each in accept}) < len(accept):
            raise ValueError("names a Halo client twice: choose one portal company for it")
        if len({each.portal_company for each in accept}) < len(accept):
            raise ValueError("names a portal company twice: it can be linked to one Halo client")
        return accept


class Matched(BaseModel):
    """``skipped``: clients that were linked meanwhile, or whose portal company was."""

    linked: int
    skipped: list[int]


@router.get("", summary="Proposed links: the certain ones first, then those to choose from")
async def proposals(
    caller: Reader,
    wizard: InWizard,
    limit: Limit = 50,
    cursor: Cursor = None,
    kind: Annotated[Literal["certain", "ambiguous"] | None, Query(description="Only these")] = None,
) -> Proposals:
    state = await state_of(wizard.database, caller.tenant)
    matching = await company_matching.load(wizard.database, caller, state)
    everything = [_view(each).model_dump() for each in matching.proposals.values()]
    after = tuple(decode(cursor, (int, str, int))) if cursor is not None else None
    wanted = [
        each
        for each in sorted(everything, key=_place)
        if (kind is None or each["certain"] == (kind == "certain")) and (after is None or _place(each) > after)
    ]
    shown = page(wanted[: limit + 1], limit, ProposalView.model_validate, _place)
    certain = sum(each["certain"] for each in everything)
    unmatched = len(matching.companies.keys() - matching.links.keys()) - len(everything)
    return Proposals(
        items=shown.items,
        next=shown.next,
        certain=certain,
        ambiguous=len(everything) - certain,
        unmatched=unmatched,
    )


@router.post("", summary="Make the links that an admin chose")
async def accept(body: AcceptIn, caller: Manager, wizard: InWizard) -> Matched:
    database = wizard.database
    state = await live_state_of(database, caller.tenant)
    matching = await company_matching.load(database, caller, state)
    clients = [each.id for each in body.accept if each.id not in matching.companies]
    if clients:
        raise company_matching.unknown_clients("accept", clients)
    strangers = [each.portal_company for each in body.accept if each.portal_company not in matching.portal]
    if strangers:
        raise company_matching.unknown_portal_companies("accept", strangers)
    wishes = [Wish(each.id, each.portal_company, matching.portal[each.portal_company].name) for each in body.accept]
    done = {wish.company for wish in await company_links.decide(database, caller, state, wishes)} if wishes else set()
    return Matched(linked=len(done), skipped=[wish.company for wish in wishes if wish.company not in done])


def _view(proposal: Proposal) -> ProposalView:
    company = proposal.company
    return ProposalView(
        id=company.id,
        name=company.name,
        inactive=company.inactive,
        certain=proposal.certain,
        reason=proposal.reason,
        candidates=[PortalCompany(**each.__dict__) for each in proposal.candidates],
    )


def _place(proposal: Document) -> tuple[int, str, int]:
    return 0 if proposal["certain"] else 1, proposal["name"], proposal["id"]
