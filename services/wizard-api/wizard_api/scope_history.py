"""Who last changed the scope so that a ticket fell out of it, from the audit log."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import BaseModel

from halobus.decisions import SyncSettings
from halobus.scope import Scope, outside
from halobus.store import DESCENDING, Database
from wizard_api.connected import State

LOOKED_THROUGH = 200


class ScopeChange(BaseModel):
    """The change of the sync settings that made the difference."""

    at: datetime
    by: str


async def who_excluded(database: Database, state: State, ticket: Mapping[str, Any]) -> ScopeChange | None:
    """The newest change before which the ticket (``team_id``, ``status_id``) was inside and after which it was not."""
    query = {"tenant": state.tenant.tenant, "connection": state.connection, "subject": "settings/sync"}
    entries = database.audit.find(query).sort([("at", DESCENDING)]).limit(LOOKED_THROUGH)
    async for entry in entries:
        if outside(_scope(entry["after"]), ticket) and not (
            entry["before"] and outside(_scope(entry["before"]), ticket)
        ):
            return ScopeChange(at=entry["at"], by=entry["actor"])
    return None


def _scope(value: Mapping[str, Any]) -> Scope:
    return Scope.of(SyncSettings.model_validate({name: value[name] for name in ("teams", "excluded_statuses")}))
