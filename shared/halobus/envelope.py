"""CloudEvents in binary mode: what a record's headers say, so that an undecodable value can still be counted."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import uuid4

Headers = list[tuple[str, bytes]]


@dataclass(frozen=True)
class Envelope:
    """One record to publish. ``version``, ``run`` are set on entities alone; ``value`` is JSON."""

    type: str
    source: str
    key: str
    value: bytes
    tenant: str
    version: str | None = None
    run: str | None = None
    id: str = field(default_factory=lambda: uuid4().hex)
    time: datetime = field(default_factory=lambda: datetime.now(UTC))
    trace: Mapping[str, str] = field(default_factory=dict)

    def headers(self) -> dict[str, str]:
        """The record's headers, ``ce_*`` and the W3C trace context beside them."""
        optional = {"ce_recordversion": self.version, "ce_run": self.run}
        return {
            "ce_specversion": "1.0",
            "ce_id": self.id,
            "ce_source": f"/halobus/{self.source}",
            "ce_type": self.type,
            "ce_time": self.time.isoformat(),
            "ce_tenant": self.tenant,
            "content-type": "application/json",
            **{name: value for name, value in optional.items() if value is not None},
            **self.trace,
        }


def read_headers(headers: Iterable[tuple[str, bytes]]) -> dict[str, str]:
    """Headers as text; bytes that are no UTF-8 are replaced, since a broken header must not stop the line."""
    return {name: value.decode("utf-8", "replace") for name, value in headers if value is not None}
