"""Saving the draft of a connection: the secret is sealed at once and only the connector can read it again."""

from dataclasses import asdict, dataclass

from pydantic import SecretStr

from halobus.documents import Connection, Draft, SealedBlob, Tenant
from halobus.seal import Credential, seal
from halobus.store import Database, Document, DuplicateKeyError, Session, in_transaction
from wizard_api import audit
from wizard_api.auth import Principal
from wizard_api.configuration import WizardSettings
from wizard_api.connected import connections_of, tenant_of
from wizard_api.problems import conflict, invalid


@dataclass(frozen=True)
class Typed:
    """What the admin typed, checked. ``secret`` None: keep the one that is there."""

    url: str
    host: str
    client_id: str
    secret: SecretStr | None


async def save(database: Database, settings: WizardSettings, caller: Principal, typed: Typed) -> None:
    """Make what was typed the tenant's draft, under the next revision."""
    held = await connections_of(database, caller.tenant)
    sealed = _seal(settings, caller.tenant, typed) or _kept(held, await tenant_of(database, caller.tenant), typed)

    async def work(session: Session) -> None:
        await _write(database, session, caller, typed, sealed, held)

    try:
        await in_transaction(database, work)
    except DuplicateKeyError:
        raise _faster() from None


def _seal(settings: WizardSettings, tenant: str, typed: Typed) -> SealedBlob | None:
    if typed.secret is None:
        return None
    credential = Credential(tenant, typed.host, typed.client_id, typed.secret.get_secret_value())
    return SealedBlob(**asdict(seal(credential, settings.sealing_key())))


def _kept(held: Connection, known: Tenant, typed: Typed) -> SealedBlob:
    for saved in (held.draft, known.active):
        if saved is not None and (saved.host, saved.client_id) == (typed.host, typed.client_id):
            return saved.sealed
    if held.draft is None and known.active is None:
        raise invalid(("client_secret", "is missing: copy it from Halo (Configuration > Integrations > Halo PSA API)"))
    raise invalid(("client_secret", "must be entered again, because the host or the client id has changed"))


async def _write(
    database: Database, session: Session, caller: Principal, typed: Typed, sealed: SealedBlob, held: Connection
) -> None:
    revision = held.draft.revision if held.draft else None
    draft = {
        "url": typed.url,
        "host": typed.host,
        "client_id": typed.client_id,
        "sealed": sealed.model_dump(),
        "saved_by": caller.subject,
    }
    change = [{"$set": {"tenant": {"$literal": caller.tenant}, "draft": _stamped(draft), "drafts": _next_revision()}}]
    same = {"_id": caller.tenant, "draft.revision": revision}
    await database.connections.update_one(same, change, upsert=True, session=session)
    await audit.record(database, session, _entry(caller, typed, held.draft))


def _next_revision() -> Document:
    # Counted beside the draft, so that it goes on rising when a draft was dropped: a test names its revision.
    return {"$add": [{"$ifNull": ["$drafts", 0]}, 1]}


def _stamped(draft: Document) -> Document:
    return {"$mergeObjects": [{"$literal": draft}, {"revision": _next_revision(), "saved_at": "$$NOW"}]}


def _entry(caller: Principal, typed: Typed, before: Draft | None) -> audit.Entry:
    return audit.Entry(
        caller.tenant,
        caller.subject,
        action="connection.saved",
        subject="connection",
        before=before and {"url": before.url, "client_id": before.client_id},
        after={"url": typed.url, "client_id": typed.client_id, "new_secret": typed.secret is not None},
    )


def _faster() -> Exception:
    return conflict("changed-meanwhile", "Somebody else has just saved the connection", "Load it again, then save.")


async def drop(database: Database, tenant: str, session: Session) -> None:
    """Forget the draft, its sealed secret too, and stop the schedule: a part of disconnecting. Settings stay."""
    change = {"draft": None, "completed": None, "next_sync_at": None, "step": "connect"}
    await database.connections.update_one({"_id": tenant}, {"$set": change}, session=session)
