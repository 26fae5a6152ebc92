"""What an import of companies comes to, decided before anything is written."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import uuid4

from wizard_api.company_links import Wish
from wizard_api.company_match import Named
from wizard_api.company_matching import Matching


@dataclass(frozen=True)
class Rules:
    """``link_only``: make no company. ``alike``: make one even if the portal has one like it. ``connection``: names
    the Halo instance in the ids of the companies to be made."""

    link_only: bool
    alike: bool
    inactive: bool
    connection: str


@dataclass
class Plan:
    """``wishes`` to fulfil; the others are ids by the reason for which they are left."""

    wishes: list[Wish] = field(default_factory=list)
    linked: list[int] = field(default_factory=list)
    inactive: list[int] = field(default_factory=list)
    alike: list[int] = field(default_factory=list)
    unmatched: list[int] = field(default_factory=list)


def plan(matching: Matching, chosen: Sequence[int], rules: Rules) -> Plan:
    """Each of the chosen clients stands in one list of the plan."""
    made = Plan()
    taken = frozenset(matching.links.values())
    for id in chosen:
        company = matching.companies[id]
        if id in matching.links:
            made.linked.append(id)
        elif company.inactive and not rules.inactive:
            made.inactive.append(id)
        else:
            _decide(made, matching, company, rules, taken)
    return made


def _decide(made: Plan, matching: Matching, company: Named[int], rules: Rules, taken: frozenset[str]) -> None:
    reserved = f"halo-{rules.connection}-{company.id}"
    proposal = matching.proposals.get(company.id)
    if reserved in matching.portal and reserved not in taken:
        # The portal made it for this client, which was unlinked since: another would be a double.
        made.wishes.append(Wish(company.id, reserved, matching.portal[reserved].name))
    elif rules.link_only and proposal is not None and proposal.certain:
        [found] = proposal.candidates
        made.wishes.append(Wish(company.id, found.id, found.name))
    elif proposal is not None and (rules.link_only or not rules.alike):
        made.alike.append(company.id)
    elif rules.link_only:
        made.unmatched.append(company.id)
    else:
        free = reserved if reserved not in taken else f"{reserved}-{uuid4().hex[:8]}"
        made.wishes.append(Wish(company.id, free, company.name, imported=True))
