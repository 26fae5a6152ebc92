"""From a raw record to a message, or to a reject that names what is wrong with it and shows none of its content."""

from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

from aiokafka import ConsumerRecord
from pydantic import ValidationError

from halobus import version
from halobus.arrival import Arrival, Origin, Reason, Reject, reject
from halobus.envelope import read_headers
from halobus.keys import RecordKey, parse_record_key
from halobus.mapping import Mapping
from halobus.messages import GONE, MODELS, UNREADABLE, Message, Unreadable
from halobus.topics import RECORD_LIMIT

_PROBLEMS_NAMED = 5
T = TypeVar("T")


class RefusedError(Exception):
    """A record can't be taken: its reason, and a sentence without content."""

    def __init__(self, reason: Reason, error: str) -> None:
        super().__init__(f"{reason}: {error}")
        self.reason = reason
        self.error = error


def decode(record: ConsumerRecord, mapping: Mapping) -> Arrival | Reject:
    """Read one record as what its service stores or a ``Gone``, else as a reject. Never raises."""
    headers = read_headers(record.headers)
    key = _read(lambda: parse_record_key(record.key))
    number = _read(lambda: _version(headers.get("ce_recordversion", "")))
    known = key if isinstance(key, RecordKey) else None
    origin = Origin(
        record,
        tenant=headers.get("ce_tenant") or (known.tenant if known else None),
        key=known,
        version=number if isinstance(number, str) else None,
        run=headers.get("ce_run"),
        traceparent=headers.get("traceparent"),
    )
    try:
        if isinstance(key, ValueError):
            raise RefusedError(Reason.KEY, str(key))
        if isinstance(number, ValueError):
            raise RefusedError(Reason.HEADERS, f"ce_recordversion: {number}")
        return Arrival(origin, key, number, _message(record.value, headers, key, mapping))
    except RefusedError as refusal:
        return reject(origin, refusal.reason, refusal.error)


@lru_cache(maxsize=1024)  # all rows of a page have the same
def _version(text: str) -> str:
    return str(version.parse(text))


def _read(parse: Callable[[], T]) -> T | ValueError:
    """What ``parse`` gives, or its error as a value: one unreadable part must not hide the others."""
    try:
        return parse()
    except ValueError as error:
        return error


def _message(value: bytes | None, headers: dict[str, str], key: RecordKey, mapping: Mapping) -> Message:
    if headers.get("ce_tenant") != key.tenant:
        raise RefusedError(Reason.KEY, "the key's tenant is not that of ce_tenant")
    kind = headers.get("ce_type")
    if kind not in (mapping.type, GONE, UNREADABLE):
        raise RefusedError(Reason.TYPE, f"ce_type {str(kind)[:80]!r} is unknown here (expected {mapping.type})")
    if value is None:
        raise RefusedError(Reason.VALUE, "the record has no value")
    if len(value) > RECORD_LIMIT and kind != UNREADABLE:
        raise RefusedError(Reason.SIZE, f"the value has {len(value)} bytes, more than {RECORD_LIMIT}")
    message = _validated(value, MODELS[kind])
    if isinstance(message, Unreadable):
        raise RefusedError(Reason.UNREADABLE, message.reason)
    field = "id" if kind == GONE else mapping.identity
    if str(getattr(message, field)) != key.id:
        raise RefusedError(Reason.KEY, f"{field} is not the id in the key")
    return message


def _validated(value: bytes, model: type[Message]) -> Message:
    try:
        return model.model_validate_json(value)
    except ValidationError as error:
        raise RefusedError(Reason.VALUE, _problems(error)) from None  # the error itself holds the value


def _problems(error: ValidationError) -> str:
    """``field.path: kind of problem`` of the first few; neither the input nor a message that quotes it."""
    found = error.errors(include_url=False, include_context=False, include_input=False)
    named = [f"{'.'.join(map(str, one['loc'])) or 'value'}: {one['type']}" for one in found[:_PROBLEMS_NAMED]]
    return "; ".join([*named, *([f"and {len(found) - len(named)} more"] if len(found) > len(named) else [])])
