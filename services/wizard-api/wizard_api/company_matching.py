"""What Quick Match and imports look at: every Halo client that the caller sees, every portal company, every link."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

from halobus.store import Database
from wizard_api import company_links, company_match, portal_companies, visibility
from wizard_api.auth import Principal
from wizard_api.company_match import Named, Proposal
from wizard_api.connected import State
from wizard_api.portal_companies import PortalCompany
from wizard_api.problems import ProblemError, invalid

NOBODY = Named(1, "Unknown")
"""Halo's own client for what belongs to no client (docs/halo.md section 6.1); a renamed one is somebody's company."""


@dataclass(frozen=True)
class Matching:
    """``companies``: Halo's, but for its own Unknown. ``links``: portal company by Halo client.

    ``proposals``: by Halo client, of those without a link.
    """

    companies: dict[int, Named[int]]
    portal: dict[str, PortalCompany]
    links: dict[int, str]
    proposals: dict[int, Proposal]


async def load(database: Database, caller: Principal, state: State) -> Matching:
    """Read all of it and match it, in a thread: thousands of names take a second."""
    shown = await clients(database, caller, state)
    companies = [each for each in shown if (each.id, each.name) != (NOBODY.id, NOBODY.name)]
    portal = await portal_companies.every(database, caller.tenant)
    links = await company_links.every(database, state)
    shelf = [Named(each.id, each.name, each.inactive) for each in portal]
    proposals = await asyncio.to_thread(company_match.propose, companies, shelf, links)
    return Matching({each.id: each for each in companies}, {each.id: each for each in portal}, links, proposals)


async def clients(
    database: Database, caller: Principal, state: State, ids: Iterable[int] | None = None
) -> list[Named[int]]:
    """The Halo clients that the caller sees, or those of ``ids``."""
    clauses = visibility.companies(caller, state)
    if ids is not None:
        clauses.append({"content.id": {"$in": list(ids)}})
    wanted = {"content.id": 1, "content.name": 1, "content.inactive": 1}
    found = (each["content"] async for each in database.companies.find({"$and": clauses}, wanted))
    return [Named(each["id"], each["name"], bool(each.get("inactive"))) async for each in found]


def unknown_clients(field: str, ids: Iterable[int]) -> ProblemError:
    """422 that names clients which Halo doesn't show, the first ten of them."""
    return invalid((field, f"Halo shows no client {_list(ids)}: choose from GET /companies"))


def unknown_portal_companies(field: str, ids: Iterable[str]) -> ProblemError:
    """422 that names companies which the portal doesn't have, the first ten of them."""
    return invalid((field, f"the portal has no company {_list(ids)}: choose from GET /portal-companies"))


def _list(ids: Iterable[object]) -> str:
    named = [str(id) for id in ids]
    return ", ".join(named[:10]) + (f" and {len(named) - 10} more" if len(named) > 10 else "")
