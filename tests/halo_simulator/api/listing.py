"""What a list answers: bare arrays and envelopes (docs/halo.md section 4)."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def dump(value: Any) -> bytes:
    """JSON as Halo sends it: compact, UTF-8."""
    return _ENCODER.encode(value).encode()


@dataclass(slots=True)
class Listing:
    """Rows already serialised; no key means a bare array."""

    key: str
    rows: list[bytes]
    head: dict[str, Any] = field(default_factory=dict)
    """What stands before the rows: page_no, page_size, record_count."""

    def body(self) -> bytes:
        """The answer's bytes."""
        rows = b"[" + b",".join(self.rows) + b"]"
        if not self.key:
            return rows
        head = dump(self.head)[1:-1]
        return b"{" + head + (b"," if head else b"") + dump(self.key) + b":" + rows + b"}"


def bare(rows: list[dict[str, Any]]) -> Listing:
    """A bare array."""
    return Listing("", [dump(public(row)) for row in rows])


def public(row: dict[str, Any]) -> dict[str, Any]:
    """A row without the simulator's own fields."""
    return {key: value for key, value in row.items() if key[0] != "_"}
