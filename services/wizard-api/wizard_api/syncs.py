"""Starting syncs: what is asked, what the settings allow, and promise 6."""

from typing import Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict

from halobus.commands import Sync
from halobus.store import Database
from halobus.streams import StreamName
from wizard_api import generations, outbox
from wizard_api.connected import State, live_state_of, missing_permission
from wizard_api.context import API, InWizard
from wizard_api.dedup import Request
from wizard_api.idempotency import Idempotency, IdempotencyKey
from wizard_api.issuing import ACCEPTED, Accepted, Head, accepted, head_of
from wizard_api.permissions import Manager
from wizard_api.problems import conflict, invalid

router = APIRouter(prefix=f"{API}/syncs", tags=["syncs"])
WINDOW = 120
"""Seconds during which the same sync answers with the first one's id, even when it has ended."""
JOIN_WINDOW = 10
CLEARABLE = frozenset({StreamName.TICKETS})
Mode = Literal["quick", "resync", "clear"]


class SyncRequest(BaseModel):
    """``streams``: all that are enabled where it is not given. ``join``: for buttons, joins a running one."""

    model_config = ConfigDict(extra="forbid")

    kind: Mode
    streams: list[StreamName] | None = None
    join: bool = False


@router.post("", status_code=202, responses=ACCEPTED, summary="Quick Sync, Resync, or Clear & Resync")
async def start(
    body: SyncRequest, caller: Manager, wizard: InWizard, response: Response, idempotency_key: IdempotencyKey = None
) -> Accepted:
    state = await live_state_of(wizard.database, caller.tenant)
    streams = chosen_streams(state, body)
    head = head_of(caller, "sync", *same_sync(body.kind, streams, state))
    key = Idempotency.of(caller.tenant, idempotency_key, body.model_dump(mode="json"))
    request = sync_request(wizard.database, state, head, body.kind, streams, join=body.join, idempotency=key)
    return accepted(response, await outbox.issue(wizard, request))


def same_sync(mode: Mode, streams: list[StreamName], state: State) -> tuple[object, ...]:
    """What makes two syncs the same: kind, streams, connection, the settings' revisions, and what they find stored."""
    deletions = [state.connections.deleted_draft] if state.connections.deleted_draft else []
    return (mode, ",".join(sorted(streams)), state.connection, *state.revisions, *deletions)


def sync_request(
    database: Database,
    state: State,
    head: Head,
    mode: Mode,
    streams: list[StreamName],
    *,
    join: bool,
    scheduled: bool = False,
    idempotency: Idempotency | None = None,
) -> Request:
    """The command of a sync. Clear raises the streams' generations in the transaction that records it (promise 5)."""
    command = Sync(
        **head,
        connection=state.connection,
        mode=mode,
        streams=sorted(streams),
        settings_revision=sum(state.revisions),
        scheduled=scheduled,
    )
    return Request(
        command,
        window=JOIN_WINDOW if join else WINDOW,
        connection=state.connection,
        idempotency=idempotency,
        also=generations.raising(database, head["tenant"], state.connection, streams) if mode == "clear" else None,
    )


def chosen_streams(state: State, body: SyncRequest) -> list[StreamName]:
    """The streams of a request, checked against the settings."""
    enabled = state.enabled()
    if body.kind == "clear":
        chosen = _clearable(body.streams)
        _check_enabled(chosen, state)  # else what is stored would go, and nothing come in its place
        return chosen
    if body.streams is not None:
        _check_enabled(body.streams, state)
        return sorted(set(body.streams))
    if not enabled:
        remedy = "Switch on companies or tickets in the sync settings first."
        raise conflict("nothing-to-sync", "No stream is switched on", remedy)
    return [*enabled, StreamName.REFERENCE] if body.kind == "resync" else enabled


def _clearable(streams: list[StreamName] | None) -> list[StreamName]:
    if not streams:
        raise invalid(("streams", 'must say what to clear: send ["tickets"]'))
    wrong = sorted(set(streams) - CLEARABLE)
    if wrong:
        raise invalid(("streams", f"{', '.join(wrong)} can't be cleared: only tickets can"))
    return sorted(set(streams))


def _check_enabled(streams: list[StreamName], state: State) -> None:
    if not streams:
        raise invalid(("streams", "is empty: name a stream, or leave it out for all that are switched on"))
    if StreamName.COMMENTS in streams:
        raise invalid(("streams", "comments come with the tickets: ask for tickets"))
    off = sorted(set(streams) - {*state.enabled(), StreamName.REFERENCE})
    for stream in off:
        missing = missing_permission(state.tenant, stream) if state.switches.wants(stream) else None
        if missing is not None:
            raise invalid(
                ("streams", f"{stream} can't be read, the permission {missing.name} is missing: {missing.remedy}")
            )
    if off:
        raise invalid(("streams", f"{', '.join(off)} is switched off in the sync settings: switch it on first"))
