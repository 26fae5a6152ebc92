"""Every sealed credential that is stored, and which keys open them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from nacl.public import PrivateKey

from halobus.documents import Connection, SealedBlob, Tenant
from halobus.seal import Sealed, SealError, unseal
from halobus.store import Database


@dataclass(frozen=True)
class Held:
    """``where``: the draft that an admin saved last, or the active one that syncs use."""

    tenant: str
    where: Literal["draft", "active"]
    sealed: Sealed
    host: str
    client_id: str

    def problem(self, keys: Mapping[str, PrivateKey]) -> str | None:
        """Why it can't be opened with these keys, or None."""
        try:
            unseal(self.sealed, keys, tenant=self.tenant, host=self.host, client_id=self.client_id)
        except SealError as error:
            return str(error)
        return None


async def credentials(database: Database) -> list[Held]:
    """All of them, by tenant."""
    found: list[Held] = []
    async for document in database["connections"].find({"draft.sealed": {"$exists": True}}).sort("_id", 1):
        draft = Connection.model_validate({**document, "tenant": document["_id"]}).draft
        if draft is not None:
            found.append(Held(document["_id"], "draft", _sealed(draft.sealed), draft.host, draft.client_id))
    async for document in database["tenants"].find({"active.sealed": {"$exists": True}}).sort("_id", 1):
        active = Tenant.model_validate({**document, "tenant": document["_id"]}).active
        if active is not None:
            found.append(Held(document["_id"], "active", _sealed(active.sealed), active.host, active.client_id))
    return found


def uses(held: Sequence[Held]) -> dict[str, dict[str, int]]:
    """By key id, how many drafts and active credentials are sealed with it."""
    counts: dict[str, dict[str, int]] = {}
    for each in held:
        of = counts.setdefault(each.sealed.key_id, {"draft": 0, "active": 0})
        of[each.where] += 1
    return counts


def _sealed(blob: SealedBlob) -> Sealed:
    return Sealed(blob.key_id, blob.blob)
