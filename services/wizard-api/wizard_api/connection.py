"""Step 1 of the wizard: save the credential, test it, disconnect."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from halobus.commands import Disconnect, TestConnection
from halobus.documents import Draft, Tenant
from halobus.runs import Diagnosis, Run
from halobus.store import DESCENDING, Database, Session
from wizard_api import deletion, drafts, outbox, urls
from wizard_api.connected import connections_of, tenant_of
from wizard_api.context import API, InWizard
from wizard_api.dedup import Request
from wizard_api.issuing import ACCEPTED, Accepted, accepted, head_of
from wizard_api.permissions import Manager, Reader
from wizard_api.problems import conflict, invalid
from wizard_api.run_view import RunView, run_view
from wizard_api.waiting import Prefer, ended_run, seconds

router = APIRouter(prefix=f"{API}/integrations/halo/connection", tags=["connection"])


class ConnectionIn(BaseModel):
    """``client_secret`` may be left out while host and client id stay as they are."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    url: str = Field(min_length=1, max_length=2000, examples=["https://yourhalo.halopsa.com"])
    client_id: str = Field(min_length=1, max_length=200)
    client_secret: SecretStr | None = Field(None, min_length=1, max_length=2000)


class SecretSet(BaseModel):
    """That there is a secret: never what it is."""

    at: datetime
    by: str


class ActiveView(BaseModel):
    """The connection in use: the last one whose test succeeded."""

    url: str
    client_id: str
    tested_at: datetime
    instance: str | None


class ConnectionView(BaseModel):
    """The draft, and beside it what is in use. ``diagnosis``: of the draft's last test."""

    url: str | None = None
    client_id: str | None = None
    secret_set: SecretSet | None = None
    status: Literal["not tested", "tested", "failed"] = "not tested"
    tested_at: datetime | None = None
    diagnosis: Diagnosis | None = None
    active: ActiveView | None = None


class TestIn(BaseModel):
    """``replace``: leave the connected Halo instance for the draft's, which is another one."""

    model_config = ConfigDict(extra="forbid")

    replace: bool = False


@router.get("", summary="The connection, without its secret")
async def show(caller: Reader, wizard: InWizard) -> ConnectionView:
    return await _view(wizard.database, caller.tenant)


@router.put("", summary="Save URL, client id and client secret as a draft")
async def save(body: ConnectionIn, caller: Manager, wizard: InWizard) -> ConnectionView:
    try:
        url, host = urls.clean(body.url, wizard.settings.exempt_hosts())
    except ValueError as error:
        raise invalid(("url", str(error))) from None
    typed = drafts.Typed(url, host, body.client_id, body.client_secret)
    await drafts.save(wizard.database, wizard.settings, caller, typed)
    return await _view(wizard.database, caller.tenant)


@router.post(
    "/test",
    status_code=202,
    response_model=None,
    responses={**ACCEPTED, 200: {"model": RunView, "description": "With `Prefer: wait=N`: the ended test"}},
    summary="Test Connection",
)
async def run_test(
    caller: Manager, wizard: InWizard, response: Response, body: TestIn | None = None, prefer: Prefer = None
) -> Accepted | RunView:
    draft = (await connections_of(wizard.database, caller.tenant)).draft
    if draft is None:
        raise conflict("no-draft", "There is nothing to test yet", "Save URL, client id and client secret first.")
    replace = body is not None and body.replace
    command = TestConnection(
        **head_of(caller, "connection.test", draft.revision, replace), draft_revision=draft.revision, replace=replace
    )
    recorded = await outbox.issue(wizard, Request(command))
    answer = accepted(response, recorded)
    run = await ended_run(wizard, caller.tenant, recorded.id, seconds(prefer))
    if run is None:
        return answer
    _refuse_other_instance(run)
    response.status_code = 200
    return run_view(run)


def _refuse_other_instance(run: Run) -> None:
    if run.result.get("other_instance"):
        raise conflict(
            "other-instance",
            run.problem.title if run.problem else "This is another Halo instance than the connected one",
            'Send {"replace": true} to leave the connected one; its scopes, mappings and tickets stay behind.',
            run=run.id,
        )


@router.delete("", status_code=202, responses=ACCEPTED, summary="Disconnect, with or without the data")
async def disconnect(
    caller: Manager,
    wizard: InWizard,
    response: Response,
    delete_data: Annotated[bool, Query(description="Delete what was synced as well")] = False,
) -> Accepted:
    known = await tenant_of(wizard.database, caller.tenant)
    command = Disconnect(**head_of(caller, "connection.disconnect", delete_data), delete=delete_data)

    async def also(session: Session) -> None:
        await drafts.drop(wizard.database, caller.tenant, session)
        if delete_data and known.connection is not None:
            await deletion.begin(wizard.database, caller.tenant, known.connection, session)

    request = Request(command, connection=known.connection, also=also)
    return accepted(response, await outbox.issue(wizard, request))


async def _view(database: Database, tenant: str) -> ConnectionView:
    draft = (await connections_of(database, tenant)).draft
    known = await tenant_of(database, tenant)
    view = ConnectionView(active=_active(known))
    if draft is None:
        return view
    view.url, view.client_id = draft.url, draft.client_id
    view.secret_set = SecretSet(at=draft.saved_at, by=draft.saved_by)
    await _add_test(database, known, draft, view)
    return view


def _active(known: Tenant) -> ActiveView | None:
    active = known.active
    if active is None:
        return None
    return ActiveView(url=active.url, client_id=active.client_id, tested_at=active.tested_at, instance=known.instance)


async def _add_test(database: Database, known: Tenant, draft: Draft, view: ConnectionView) -> None:
    query = {"tenant": known.tenant, "kind": "connection.test", "command.draft_revision": draft.revision}
    document = await database.runs.find_one({**query, "finished": {"$ne": None}}, sort=[("created", DESCENDING)])
    run = Run.model_validate(document) if document else None
    if run is not None:
        view.tested_at, view.diagnosis = run.finished, run.diagnosis
        view.status = "failed" if run.state == "failed" or not (run.diagnosis and run.diagnosis.connected) else "tested"
    if known.active is not None and known.active.draft_revision == draft.revision:
        view.status, view.tested_at = "tested", known.active.tested_at
