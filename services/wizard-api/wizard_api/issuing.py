"""Making a command of a caller and answering it: 202 with the run's address."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, TypedDict
from uuid import uuid4

from fastapi import Response
from pydantic import BaseModel

from halobus.commands import dedup_key
from wizard_api.auth import Principal
from wizard_api.context import API
from wizard_api.dedup import Recorded


class Accepted(BaseModel):
    """``id``: the run to follow at ``/syncs/{id}``. ``deduplicated``: an earlier request has asked for the same."""

    id: str
    deduplicated: bool


class Head(TypedDict):
    """The fields that every command has."""

    id: str
    tenant: str
    dedup_key: str
    actor: str
    requested_at: datetime


def head(tenant: str, actor: str, kind: str, parts: Iterable[object]) -> Head:
    """The head of a new command; ``parts`` are what makes two commands of this kind the same."""
    return Head(
        id=uuid4().hex,
        tenant=tenant,
        dedup_key=dedup_key(tenant, kind, parts),
        actor=actor,
        requested_at=datetime.now(UTC),
    )


def head_of(caller: Principal, kind: str, *parts: object) -> Head:
    """The head of a caller's command."""
    return head(caller.tenant, caller.subject, kind, parts)


def accepted(response: Response, recorded: Recorded) -> Accepted:
    """The body of a 202, with its Location."""
    response.headers["Location"] = f"{API}/syncs/{recorded.id}"
    return Accepted(id=recorded.id, deduplicated=recorded.deduplicated)


ACCEPTED: dict[int | str, dict[str, Any]] = {202: {"model": Accepted, "description": "Recorded; follow `Location`"}}
