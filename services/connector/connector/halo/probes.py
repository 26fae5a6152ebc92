"""The cheap reads of a test: who the token is, what the agent sees, and what each permission opens."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from connector.halo.auth import Token
from connector.halo.clean import CleanError, to_bool, to_name
from connector.halo.client import HaloClient, Params
from connector.halo.errors import API_PAGE, HaloError
from connector.halo.listing import LIST_KEYS, rows
from connector.halo.permissions import PERMISSIONS
from connector.halo.scopes import Granted, no_permissions
from halobus.runs import Problem

ONE: Params = {"pageinate": True, "page_no": 1, "page_size": 1}


@dataclass
class Seen:
    """What the reads brought. ``reads``: by list, the error or None where it worked. ``counts``: rows or Halo's total.

    ``problem``: why nothing can be read at all.
    """

    agent: Mapping[str, Any] = field(default_factory=dict)
    reads: dict[str, HaloError | None] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    problem: Problem | None = None

    @property
    def agent_name(self) -> str | None:
        """The agent that the application logs in as."""
        try:
            return to_name(self.agent.get("name"), "name")
        except CleanError:
            return None

    def flag(self, name: str) -> bool | None:
        """A yes or no of the agent's; None where Halo does not say."""
        try:
            return to_bool(self.agent[name], name) if self.agent.get(name) is not None else None
        except CleanError:
            return None


async def probe(client: HaloClient, granted: Granted[Token]) -> Seen:
    """Read one row of each list that a permission opens. Refusals are findings; what is no refusal is raised."""
    seen = Seen()
    refusal = await _me(client, seen)
    if refusal is not None and refusal.status == 401:
        # Our token is fresh and was just renewed once: it is the application that is allowed nothing.
        seen.problem = no_permissions().model_copy(update={"halo": refusal.problem.halo, "status": 401})
        return seen
    paths = [row.probe for row in PERMISSIONS if row.probe is not None and row.name not in granted.missing]
    for path in ("Team", *paths):
        await _read(client, seen, path)
        if refusal is not None and path == "Client" and not _any_worked(seen):
            seen.problem = _login_type(refusal)
            return seen
    if not _any_worked(seen):
        first = next(error for error in seen.reads.values() if error is not None)
        seen.problem = first.problem
    return seen


async def _me(client: HaloClient, seen: Seen) -> HaloError | None:
    """Who the token is; the refusal where Halo does not tell."""
    try:
        data = (await client.get("Agent/me", interactive=True)).data
    except HaloError as error:
        if error.status not in (401, 403, 404):
            raise
        return error
    seen.agent = data if isinstance(data, Mapping) else {}
    return None


async def _read(client: HaloClient, seen: Seen, path: str) -> None:
    try:
        data = (await client.get(path, {} if path == "Team" else ONE, interactive=True)).data
        found, total = rows(data, LIST_KEYS[path])
    except HaloError as error:
        if error.status not in (400, 401, 403, 404):
            raise
        seen.reads[path] = error
        return
    seen.reads[path] = None
    seen.counts[path] = total if total is not None else len(found)


def _any_worked(seen: Seen) -> bool:
    return any(error is None for error in seen.reads.values())


def _login_type(refusal: HaloError) -> Problem:
    """The token is good, yet everything is forbidden: the application logs in as something else than an agent."""
    return Problem(
        kind="setup",
        title="The application does not log in as an agent",
        detail="Halo issued a token and then refused every read with it.",
        remedy=f"In {API_PAGE} set the application's Login Type to Agent and choose the API-only agent.",
        halo=refusal.problem.halo,
        status=refusal.status,
    )
