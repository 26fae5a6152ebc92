"""A run's progress as server-sent events: its document at every revision; any replica can serve and resume them."""

import time
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Header, Response
from fastapi.responses import StreamingResponse
from fastapi.sse import format_sse_event

from wizard_api.auth import Principal
from wizard_api.context import API, InWizard, Wizard
from wizard_api.permissions import Watcher
from wizard_api.run_lookup import view_of
from wizard_api.run_view import RunView
from wizard_api.waiting import pause

router = APIRouter(prefix=f"{API}/syncs", tags=["syncs"])
POLL_SECONDS = 0.3
PING_SECONDS = 15.0
BEFORE_ALL = -1
STREAM: dict[int | str, dict[str, Any]] = {
    200: {"description": "Events `run`: a RunView each, its revision as id", "content": {"text/event-stream": {}}},
    204: {"description": "The run has ended and `Last-Event-ID` was its last event: don't come back"},
}


@router.get("/{id}/events", summary="Follow a run", response_class=Response, responses=STREAM)
async def follow(
    id: str,
    caller: Watcher,
    wizard: InWizard,
    last_event_id: Annotated[str | None, Header(description="Resume after this revision")] = None,
) -> Response:
    run = await view_of(wizard.database, caller.tenant, id)
    seen = int(last_event_id) if last_event_id and last_event_id.isdecimal() else BEFORE_ALL
    if run.ended and run.revision <= seen:
        return Response(status_code=204)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    # Not FastAPI's own event stream, which can't answer 204, and 200 again would have the browser come back for ever.
    return StreamingResponse(_events(wizard, caller, run, seen), media_type="text/event-stream", headers=headers)


async def _events(wizard: Wizard, caller: Principal, run: RunView, seen: int) -> AsyncIterator[bytes]:
    spoke = time.monotonic()
    while True:
        if run.revision > seen:
            seen = run.revision
            spoke = time.monotonic()
            yield format_sse_event(data_str=run.model_dump_json(), event="run", id=str(seen))
        elif time.monotonic() - spoke > PING_SECONDS:
            spoke = time.monotonic()
            yield format_sse_event(comment="ping")
        # A caller whose token has expired comes back and is asked to sign in.
        if run.ended or wizard.closing.is_set() or time.time() > caller.expires:
            return
        await pause(wizard, POLL_SECONDS)
        run = await view_of(wizard.database, caller.tenant, run.id)
