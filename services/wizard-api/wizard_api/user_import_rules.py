"""Which agents an import takes, and what is wrong with the request: pure rules, before anything is written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from halobus.addresses import address_of
from wizard_api.agents_known import Agent

Problem = tuple[str, str]


@dataclass
class Selection:
    """``emails``: the address of each agent to import. ``linked``: chosen ones that have an account already.

    ``missing``: agents whose address must be typed in. ``errors``: (field, message).
    """

    emails: dict[int, str] = field(default_factory=dict)
    linked: list[int] = field(default_factory=list)
    missing: list[int] = field(default_factory=list)
    errors: list[Problem] = field(default_factory=list)


def select(
    agents: Mapping[int, Agent], asked: list[int] | Literal["all_unlinked"], typed: Mapping[int, str]
) -> Selection:
    """A typed address goes before Halo's; who has an account already needs none."""
    chosen = sorted(agents) if asked == "all_unlinked" else sorted(set(asked))
    made = Selection()
    unknown = [id for id in chosen if id not in agents]
    if unknown:
        made.errors.append(
            ("agents", f"holds {_list(unknown)}: no agent that can be imported, choose from GET /agents")
        )
    for id in chosen:
        agent = agents.get(id)
        if agent is None or agent.link is not None:
            made.linked += [id] if agent is not None else []
        else:
            _take(made, agent, typed.get(id))
    made.errors += [
        (f"emails.{id}", "is of an agent that is not chosen: take it out") for id in typed if id not in chosen
    ]
    made.errors += _shared(made.emails)
    return made


def _take(made: Selection, agent: Agent, typed: str | None) -> None:
    if typed is not None and typed.strip():
        email = address_of(typed.strip())
        if email is None:
            made.errors.append((f"emails.{agent.id}", "is no e-mail address: correct it"))
        else:
            made.emails[agent.id] = email
    elif agent.email is not None:
        made.emails[agent.id] = agent.email
    else:
        made.missing.append(agent.id)
        made.errors.append((f"emails.{agent.id}", f"is needed: Halo has no e-mail address of {agent.name}, type it in"))


def _shared(emails: Mapping[int, str]) -> list[Problem]:
    """Two people with one address would be one account."""
    by_email: dict[str, list[int]] = {}
    for id, email in emails.items():
        by_email.setdefault(email, []).append(id)
    return [
        (f"emails.{id}", f"is the address of agent {ids[0]} as well: type another, or leave one of them out")
        for ids in by_email.values()
        for id in ids[1:]
    ]


def _list(ids: list[int]) -> str:
    return ", ".join(map(str, ids[:10])) + (" …" if len(ids) > 10 else "")
