"""The rows of a diagnosis: what of the guide's table is granted, and what is odd about the agent."""

from connector.halo.auth import Token
from connector.halo.errors import API_PAGE
from connector.halo.permissions import PERMISSIONS, Permission
from connector.halo.probes import Seen
from connector.halo.scopes import Granted
from halobus.runs import Finding

_ENABLE = f"In {API_PAGE} open the application's Permissions, enable {{name}}, and test again."
_AGENT_PAGE = "Halo: Configuration > Teams & Agents"


def permission_findings(granted: Granted[Token], seen: Seen) -> list[Finding]:
    """One finding a row of the guide's table, in its order."""
    return [_row(row, granted, seen) if row.enabled else _extra(row, granted) for row in PERMISSIONS]


def _row(row: Permission, granted: Granted[Token], seen: Seen) -> Finding:
    """A row that the guide enables: a read is the best proof, then what Halo says of the token."""
    if row.name in granted.missing:
        return _missing(row, "Halo refuses to issue a token with it")
    if row.probe is not None and row.probe in seen.reads:
        error = seen.reads[row.probe]
        if error is None:
            return _finding(row, "granted", f"a row of /{row.probe} was read")
        return _missing(row, f"GET /{row.probe} was refused with status {error.status}")
    if row.name in granted.unknown:
        return _finding(row, "unknown", "can't be told: asking for each one would cost too many requests")
    if granted.answer.scopes is None:
        return _finding(row, "unknown", "can't be told: Halo does not say what the token is good for")
    if _covers(granted.answer.scopes, row.name):
        return _finding(row, "granted", "Halo lists it among the token's permissions")
    return _missing(row, "Halo does not list it among the token's permissions")


def _covers(scopes: tuple[str, ...], name: str) -> bool:
    """Whether a token's scopes hold this one: edit implies read, all implies everything."""
    return not {name, name.replace("read:", "edit:", 1), "all"}.isdisjoint(scopes)


def _finding(row: Permission, state: str, how: str) -> Finding:
    return Finding.model_validate(
        {"name": row.name, "state": state, "how": how, "stream": row.stream, "needed": row.needed}
    )


def _missing(row: Permission, how: str) -> Finding:
    stops = " and ".join(row.streams)
    effect = f" Without it {stops} can't be synced." if stops else _effect(row)
    remedy = _ENABLE.format(name=row.name) + effect
    return Finding(name=row.name, state="missing", how=how, remedy=remedy, stream=row.stream, needed=row.needed)


def _effect(row: Permission) -> str:
    return (
        f" Without it {row.writes} can't be written to Halo." if row.writes else " Nothing that is done today needs it."
    )


def _extra(row: Permission, granted: Granted[Token]) -> Finding:
    """A row that the guide leaves off: only a token that carries it unasked shows that it is on."""
    if row.name in (granted.answer.scopes or ()):
        return Finding(
            name=row.name,
            state="warning",
            how="Halo gives it to the token although it was not asked for",
            remedy=f"The application may do more than it needs: disable {row.name} in {API_PAGE}.",
            needed=False,
        )
    return Finding(name=row.name, state="unknown", how="can't be told: it is never asked for", needed=False)


def cors_finding() -> Finding:
    """The guide has its reader check the CORS whitelist; for this connection it is no suspect."""
    return Finding(
        name="CORS whitelist",
        state="ok",
        how="can't be the reason: it limits what browsers may ask, and Halobus asks Halo from a server",
        remedy="Nothing to do for the connection. Pages of the portal that call Halo from the browser may need it.",
        needed=False,
    )


def agent_findings(seen: Seen) -> list[Finding]:
    """What is odd about the agent that the application logs in as. Too narrow an agent gives empty lists, no errors."""
    found = [_lists(seen, "Team", "agent sees teams", "teams", "tickets of no team"), _clients(seen), _api_only(seen)]
    return [one for one in found if one is not None]


def _clients(seen: Seen) -> Finding | None:
    return _lists(seen, "Client", "agent sees clients", "clients", "companies and tickets of none")


def _lists(seen: Seen, path: str, name: str, what: str, effect: str) -> Finding | None:
    """Whether a list is empty, which for an agent means that it may see nothing of it."""
    if path not in seen.counts:
        return None
    if seen.counts[path]:
        return Finding(name=name, state="ok", how=f"/{path} lists {seen.counts[path]} {what}")
    return Finding(
        name=name,
        state="warning",
        how=f"/{path} is empty: the agent {seen.agent_name or 'of the application'} sees no {what}, so {effect} appear",
        remedy=f"{_AGENT_PAGE}: give the agent access to the {what} whose data should appear in the portal.",
    )


def _api_only(seen: Seen) -> Finding | None:
    """The guide asks for an agent of its own, which can't sign in."""
    api_only = seen.flag("isapiagent")
    if api_only is None:
        return Finding(name="agent is API-only", state="unknown", how="can't be told: /Agent/me does not say")
    if api_only:
        return Finding(name="agent is API-only", state="ok", how="/Agent/me says so")
    return Finding(
        name="agent is API-only",
        state="warning",
        how=f"/Agent/me: {seen.agent_name or 'the agent'} is a person, with whose access the synced data changes",
        remedy=f"{_AGENT_PAGE}: create an API-only agent in a role of its own and choose it in the application.",
    )
