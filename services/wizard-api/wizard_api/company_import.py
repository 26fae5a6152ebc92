"""*Import Companies*: the portal gets a company for each chosen Halo client, or links those that it has already."""

from dataclasses import replace
from typing import Annotated, Literal
from uuid import uuid4

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from wizard_api import company_links, company_matching
from wizard_api.company_plan import Plan, Rules, plan
from wizard_api.connected import live_state_of
from wizard_api.context import API, InWizard
from wizard_api.permissions import Manager

router = APIRouter(prefix=f"{API}/companies/import", tags=["companies"])
AT_ONCE = 500
"""Decisions in one transaction."""
ClientId = Annotated[int, Field(ge=1, le=2**53)]


class ImportIn(BaseModel):
    """Which Halo clients: their ids, or all.

    ``mode`` *import*: the portal makes a company for each; *link*: each is linked to the portal company of its name,
    where Quick Match is certain of it, and nothing is made. ``inactive``: with *all*, those that are inactive in Halo
    too. ``alike``: import also what looks like a company that the portal has.
    """

    model_config = ConfigDict(extra="forbid")

    ids: Annotated[list[ClientId], Field(min_length=1, max_length=5000)] | Literal["all"]
    mode: Literal["import", "link"] = "import"
    inactive: bool = False
    alike: bool = False


class Imported(BaseModel):
    """``imported`` + ``linked`` + ``skipped`` = the chosen clients; the others say why some were skipped.

    ``alike``: their ids: Quick Match has candidates for them, choose there. ``unmatched``: nothing to link them to.
    ``import``: follow what becomes of their contacts at ``/users/imports/{import}``; null where nothing was linked.
    """

    model_config = ConfigDict(populate_by_name=True)

    batch: Annotated[str | None, Field(alias="import")] = None

    imported: int
    linked: int
    skipped: int
    already_linked: int
    inactive: int
    unmatched: int
    alike: list[int]


@router.post("", summary="Import Companies: a selected few or all, now or later")
async def import_companies(body: ImportIn, caller: Manager, wizard: InWizard) -> Imported:
    database = wizard.database
    state = await live_state_of(database, caller.tenant)
    matching = await company_matching.load(database, caller, state)
    chosen = sorted(matching.companies) if body.ids == "all" else sorted(set(body.ids))
    unknown = [id for id in chosen if id not in matching.companies]
    if unknown:
        raise company_matching.unknown_clients("ids", unknown)
    rules = Rules(body.mode == "link", body.alike, body.ids != "all" or body.inactive, state.connection)
    decided = plan(matching, chosen, rules)
    batch = uuid4().hex
    done: list[company_links.Wish] = []
    for start in range(0, len(decided.wishes), AT_ONCE):
        wishes = [replace(wish, batch=batch) for wish in decided.wishes[start : start + AT_ONCE]]
        done += await company_links.decide(database, caller, state, wishes)
    return _told(len(chosen), decided, done)


def _told(chosen: int, decided: Plan, done: list[company_links.Wish]) -> Imported:
    return Imported(
        batch=done[0].batch if done else None,
        imported=sum(wish.imported for wish in done),
        linked=sum(not wish.imported for wish in done),
        skipped=chosen - len(done),
        # Those that another admin has linked since they were looked at are linked already as well.
        already_linked=len(decided.linked) + len(decided.wishes) - len(done),
        inactive=len(decided.inactive),
        unmatched=len(decided.unmatched),
        alike=decided.alike,
    )
