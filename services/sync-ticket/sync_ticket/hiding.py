"""Tickets that a change of the scope has moved, though no record of them arrived.

Reads filter by scope themselves, so nothing here has to happen for the portal to be right: what is outside is marked
with ``hidden_since``, and after 30 days loses its content. Until then a wider scope shows it again at once.
"""

from typing import Any

from halobus import log
from halobus.keys import RecordKey
from halobus.mapping import ConnectionKey
from halobus.mirror import STUB_DAYS, Write, digest
from halobus.scope import Reason, Scope, inside_filter
from halobus.standing import Standing
from halobus.store import Database
from sync_ticket.scopes import read_scopes

Filter = dict[str, Any]
_IN_STUB_DAYS = {"$dateAdd": {"startDate": "$$NOW", "unit": "day", "amount": STUB_DAYS}}
_STUB_DAYS_AGO = {"$dateSubtract": {"startDate": "$$NOW", "unit": "day", "amount": STUB_DAYS}}
_log = log.get(__name__)


async def follow_scope(database: Database, standing: Standing) -> None:
    """Show what is inside again, mark what is outside, and make stubs of what has been outside for 30 days."""
    connection = ConnectionKey(standing.tenant, standing.connection)
    scope = (await read_scopes(database, [connection]))[connection]
    live: Filter = {"tenant": standing.tenant, "connection": standing.connection, "state": "live"}
    counts = {"shown": await _show(database, live, scope)}
    for reason, outside in outside_filters(scope).items():
        found = {**live, **outside}
        counts[f"hidden_by_{reason}"] = await _hide(database, found)
        counts[f"emptied_by_{reason}"] = await _empty(database, found, reason)
    moved = {name: count for name, count in counts.items() if count}
    if moved:
        _log.info("scope_followed", **moved)


def outside_filters(scope: Scope) -> dict[Reason, Filter]:
    """Filters over mirrors for each reason that ``scope.outside`` gives, in its order: the team is asked first."""
    filters: dict[Reason, Filter] = {}
    team = "content.team_id"
    teams = None if scope.teams is None else sorted(scope.teams)
    if teams is not None:
        filters["team"] = {team: {"$nin": teams}}
    if scope.excluded_statuses:
        status: Filter = {"content.status_id": {"$in": sorted(scope.excluded_statuses)}}
        filters["status"] = status if teams is None else {**status, team: {"$in": teams}}
    return filters


async def _show(database: Database, live: Filter, scope: Scope) -> int:
    hidden = {**live, **inside_filter(scope), "hidden_since": {"$exists": True}}
    done = await database["tickets"].update_many(hidden, {"$unset": {"hidden_since": ""}})
    return int(done.modified_count)


async def _hide(database: Database, outside: Filter) -> int:
    unmarked = {**outside, "hidden_since": {"$exists": False}}
    done = await database["tickets"].update_many(unmarked, [{"$set": {"hidden_since": "$$NOW"}}])
    return int(done.modified_count)


async def _empty(database: Database, outside: Filter, reason: Reason) -> int:
    """The stub has the hash that a record out of scope would give it, and keeps its version: none was read."""
    stub = Write(RecordKey("", "", ""), "", "scope", reason=reason)
    long_hidden = {**outside, "$expr": {"$lte": [{"$ifNull": ["$hidden_since", "$$NOW"]}, _STUB_DAYS_AGO]}}
    become = {"state": "scope", "reason": reason, "hash": digest(stub), "expires": _IN_STUB_DAYS}
    done = await database["tickets"].update_many(
        long_hidden, [{"$set": become}, {"$unset": ["content", "hidden_since"]}]
    )
    return int(done.modified_count)
