"""A record as it arrived: what could be read of it, and whether it can be stored."""

import re
from dataclasses import dataclass
from enum import StrEnum

from aiokafka import ConsumerRecord

from halobus.keys import RecordKey
from halobus.messages import Message

ERROR_LIMIT = 1024
"""Bytes of an error's text that are kept: in a dead letter's header and in ``<service>_rejects``."""

_TRACEPARENT = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")


class Reason(StrEnum):
    """What kind of thing is wrong with a reject: a metric's label and the first word of its dead letter's reason."""

    KEY = "key"
    HEADERS = "headers"
    TYPE = "type"
    SIZE = "size"
    VALUE = "value"
    UNREADABLE = "unreadable"
    STORAGE = "storage"


@dataclass(frozen=True, slots=True)
class Origin:
    """What could be read of a record whatever its value is. ``tenant`` is the header's, else the key's."""

    record: ConsumerRecord
    tenant: str | None
    key: RecordKey | None
    version: str | None
    run: str | None
    traceparent: str | None

    @property
    def trace(self) -> str | None:
        """The id of the trace that published the record."""
        found = _TRACEPARENT.fullmatch(self.traceparent or "")
        return found.group(1) if found else None


@dataclass(frozen=True, slots=True)
class Arrival:
    """A record that can be stored; ``origin`` has its run and trace."""

    origin: Origin
    key: RecordKey
    version: str
    message: Message


@dataclass(frozen=True, slots=True)
class Reject:
    """A record that can't be stored. ``error``: <= 1 KB, names the field and never shows what it held."""

    origin: Origin
    reason: Reason
    error: str


def reject(origin: Origin, reason: Reason, error: str) -> Reject:
    """A reject whose text is cut to what a header may hold."""
    return Reject(origin, reason, error.encode("utf-8", "replace")[:ERROR_LIMIT].decode("utf-8", "ignore"))
