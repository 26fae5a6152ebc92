"""The headers and keys of the bus as JSON schemas: ``halobus.envelope`` and ``halobus.dead_letters`` in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from halobus.arrival import ERROR_LIMIT
from halobus.commands import COMMAND_TYPE
from halobus.dead_letters import REPLAYS
from halobus.dlq_address import FOR_GROUP
from halobus.messages import FACT

Json = dict[str, Any]
TRACEPARENT = "^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$"
VERSION = r"^\d{14}\.\d{14}\.\d{10}$"

NUMBER = r"^\d+$"
_REPLAYS: Json = {"type": "string", "pattern": NUMBER, "description": "How often it was replayed"}

KEYS: dict[str, Json] = {
    "entity": {"type": "string", "description": "{tenant}:{connection}:{id}, also the _id of the record's mirror"},
    COMMAND_TYPE: {"type": "string", "description": "The dedup key: {tenant}:{command}:{fingerprint}"},
    FACT: {"type": "string", "description": "The tenant"},
}


def headers(kind: str, sources: Sequence[str]) -> Json:
    """The headers of a record of this ``ce_type``. Version and run are those of entities."""
    known: Json = {
        "ce_specversion": {"const": "1.0"},
        "ce_id": {"type": "string", "description": "The run's id for a command, the fact's for a fact"},
        "ce_source": {"enum": [f"/halobus/{source}" for source in sources]},
        "ce_type": {"const": kind},
        "ce_time": {"type": "string", "format": "date-time"},
        "ce_tenant": {"type": "string"},
        "content-type": {"const": "application/json"},
    }
    if kind not in KEYS:
        known["ce_recordversion"] = {"type": "string", "pattern": VERSION, "description": "generation.fence.n"}
        known["ce_run"] = {"type": "string", "description": "The run that read the record"}
    replay: Json = {
        FOR_GROUP: {"type": "string", "description": "On a replay: the only group that takes it, others pass it by"},
        REPLAYS: _REPLAYS,
    }
    known["traceparent"] = {"type": "string", "pattern": TRACEPARENT}
    return {
        "type": "object",
        "properties": {**known, "tracestate": {"type": "string"}, **replay},
        "required": list(known),
    }


@dataclass(frozen=True)
class Described:
    """A message that no model describes."""

    name: str
    message: Json


def _dead_letter() -> Json:
    text = {"type": "string"}
    number = {"type": "string", "pattern": NUMBER}
    known: Json = {
        "dlq-topic": text,
        "dlq-partition": number,
        "dlq-offset": number,
        "dlq-group": text,
        "dlq-reason": {"type": "string", "maxLength": ERROR_LIMIT, "description": "What kind of thing, and what"},
        "dlq-at": {"type": "string", "format": "date-time"},
        REPLAYS: _REPLAYS,
    }
    return {
        "name": "dead-letter",
        "title": "DeadLetter",
        "summary": "The untouched key, value and headers of a record, and what is known of its failure.",
        "contentType": "application/octet-stream",
        "headers": {"type": "object", "properties": known, "required": list(known), "additionalProperties": True},
        "payload": {"description": "The record's value as it was, readable or not."},
    }


DEAD_LETTER = Described("dead-letter", _dead_letter())
