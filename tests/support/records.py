"""Records as the connector publishes them, and as a consumer gets them."""

import json
from typing import Any

from aiokafka import ConsumerRecord

from halobus.envelope import Envelope
from halobus.messages import GONE, REPLACE_REFERENCE, UNREADABLE, UPSERT_COMPANY, UPSERT_TICKET
from halobus.publisher import Raw
from halobus.version import Version

TENANT, CONNECTION, RUN = "acme", "c1", "run-1"
TRACE = "0af7651916cd43dd8448eb211c80319c"
TRACEPARENT = f"00-{TRACE}-b7ad6b7169203331-01"


def number(n: int = 1, *, fence: int = 1, generation: int = 0) -> str:
    """A version as text."""
    return str(Version(generation, fence, n))


def raw(
    kind: str, id: str, body: Any, version: str, *, tenant: str = TENANT, connection: str = CONNECTION, run: str = RUN
) -> Raw:
    """A record of any type; ``body`` is JSON-encoded, bytes are taken as they are."""
    value = body if isinstance(body, bytes) else json.dumps(body).encode()
    trace = {"traceparent": TRACEPARENT}
    envelope = Envelope(kind, "connector", f"{tenant}:{connection}:{id}", value, tenant, version, run, trace=trace)
    headers = [(name, text.encode()) for name, text in envelope.headers().items()]
    return Raw(envelope.key.encode(), value, headers)


def ticket(id: int, version: str | None = None, *, tenant: str = TENANT, **fields: Any) -> Raw:
    """A ticket of team 7 in status 1, unless told otherwise."""
    body = {"id": id, "summary": f"Ticket {id}", "team_id": 7, "status_id": 1, **fields}
    return raw(UPSERT_TICKET, str(id), body, version or number(), tenant=tenant)


def company(id: int, version: str | None = None, **fields: Any) -> Raw:
    return raw(UPSERT_COMPANY, str(id), {"id": id, "name": f"Client {id}", **fields}, version or number())


def reference(name: str, items: list[dict[str, Any]], version: str | None = None) -> Raw:
    return raw(REPLACE_REFERENCE, name, {"name": name, "items": items}, version or number())


def gone(id: int, version: str, reason: str = "deleted") -> Raw:
    return raw(GONE, str(id), {"id": str(id), "reason": reason}, version)


def unreadable(id: int, version: str, reason: str = "dateoccurred is not a time") -> Raw:
    return raw(UNREADABLE, str(id), {"id": str(id), "reason": reason, "row": "{}"}, version)


def but(record: Raw, **headers: str | None) -> Raw:
    """The same with these headers (``ce_type``, …) otherwise, or without them where None."""
    kept = [(name, value) for name, value in record.headers if name not in headers]
    return record._replace(
        headers=[*kept, *((name, text.encode()) for name, text in headers.items() if text is not None)]
    )


def consumed(record: Raw, *, topic: str = "halo.tickets", partition: int = 0, offset: int = 0) -> ConsumerRecord:
    """The record as a consumer gets it."""
    sizes = {"serialized_key_size": len(record.key or b""), "serialized_value_size": len(record.value or b"")}
    return ConsumerRecord(
        topic=topic,
        partition=partition,
        offset=offset,
        timestamp=0,
        timestamp_type=0,
        key=record.key,
        value=record.value,
        checksum=None,
        headers=tuple(record.headers),
        **sizes,
    )
