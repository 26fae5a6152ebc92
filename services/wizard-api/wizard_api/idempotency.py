"""The header Idempotency-Key: a request repeated with the same key is answered with the first one's id."""

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated, Any

from fastapi import Header

from halobus.store import Database, Session
from wizard_api.problems import invalid

KEPT_DAYS = 1
IdempotencyKey = Annotated[
    str | None,
    Header(min_length=1, max_length=200, description="Repeat a request safely: the same key gives the same id"),
]


@dataclass(frozen=True)
class Idempotency:
    """One tenant's key, kept in ``commands`` beside the commands; ``body`` tells another request with the same key."""

    id: str
    tenant: str
    body: str

    @classmethod
    def of(cls, tenant: str, key: str | None, body: Any) -> "Idempotency | None":
        """None where the caller sent no key."""
        if key is None:
            return None
        return cls(f"{tenant}:idempotency:{_hash(key)}", tenant, _hash(json.dumps(body, sort_keys=True, default=str)))

    async def known(self, database: Database, session: Session) -> str | None:
        """The id that this key was answered with before; 422 where it came with another body."""
        found = await database.commands.find_one({"_id": self.id}, session=session)
        if found is None:
            return None
        if found["body"] != self.body:
            raise invalid(("Idempotency-Key", "was used with another body before: take a new key"))
        return str(found["answered"])

    async def remember(self, database: Database, session: Session, answered: str) -> None:
        """Keep what this key is answered with, for a day."""
        document = {"_id": self.id, "tenant": self.tenant, "body": self.body, "answered": answered}
        expires = {"$dateAdd": {"startDate": "$$NOW", "unit": "day", "amount": KEPT_DAYS}}
        await database.commands.update_one(
            {"_id": self.id, "answered": {"$exists": False}},
            [{"$replaceWith": {"$mergeObjects": [{"$literal": document}, {"expires": expires}]}}],
            upsert=True,
            session=session,
        )


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:32]
