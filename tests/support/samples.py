"""The committed samples of the bus, replayed through what the services decode with."""

import json
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from halobus.arrival import Reject
from halobus.commands import COMMAND, COMMAND_TYPE
from halobus.decode import decode
from halobus.mapping import Mapping
from halobus.messages import (
    GONE,
    MODELS,
    REPLACE_COMMENTS,
    REPLACE_REFERENCE,
    UNREADABLE,
    UPSERT_ASSET,
    UPSERT_COMPANY,
    UPSERT_CONTACT,
    UPSERT_OPPORTUNITY,
    UPSERT_PROJECT,
    UPSERT_TICKET,
)
from halobus.publisher import Raw
from support.records import consumed

FOLDER = Path(__file__).resolve().parents[1] / "contract" / "samples"
MAPPINGS = {
    UPSERT_TICKET: Mapping(UPSERT_TICKET),
    REPLACE_COMMENTS: Mapping(REPLACE_COMMENTS),
    UPSERT_COMPANY: Mapping(UPSERT_COMPANY),
    UPSERT_CONTACT: Mapping(UPSERT_CONTACT),
    UPSERT_OPPORTUNITY: Mapping(UPSERT_OPPORTUNITY),
    UPSERT_PROJECT: Mapping(UPSERT_PROJECT),
    UPSERT_ASSET: Mapping(UPSERT_ASSET),
    REPLACE_REFERENCE: Mapping(REPLACE_REFERENCE, identity="name"),
    GONE: Mapping(UPSERT_TICKET),
    UNREADABLE: Mapping(UPSERT_TICKET),
}
"""What the services read each type with; *gone* and *unreadable* come on every stream."""


class Sample:
    """One record as it was published once, and ``types``: what its fields must come out as."""

    def __init__(self, name: str) -> None:
        held = json.loads((FOLDER / f"{name}.json").read_text())
        self.name = name
        self.headers: dict[str, str] = held["headers"]
        self.key: str = held["key"]
        self.value: dict[str, Any] = held["value"]
        self.types: Any = held["types"]
        self.type = self.headers["ce_type"]

    def record(self, **more: Any) -> Raw:
        """As bytes; ``more``: fields that are added to the value."""
        headers = [(name, text.encode()) for name, text in self.headers.items()]
        return Raw(self.key.encode(), json.dumps({**self.value, **more}).encode(), headers)


def names() -> list[str]:
    """Every sample's name."""
    return sorted(path.stem for path in FOLDER.glob("*.json"))


def read(sample: Sample, **more: Any) -> BaseModel | Reject:
    """What a service makes of it, by the decoding that it uses."""
    if sample.type in MAPPINGS:
        found = decode(consumed(sample.record(**more)), MAPPINGS[sample.type])
        return found if isinstance(found, Reject) else found.message
    return validated(sample, **more)


def validated(sample: Sample, command: TypeAdapter[Any] = COMMAND, **more: Any) -> BaseModel:
    """Its message, by the model alone. ValidationError where it can't be read."""
    value = sample.record(**more).value or b""
    message: BaseModel = (
        command.validate_json(value) if sample.type == COMMAND_TYPE else MODELS[sample.type].model_validate_json(value)
    )
    return message


def broken(sample: Sample, command: TypeAdapter[Any] = COMMAND) -> str | None:
    """What no longer comes out of a sample as it went in: its values or their types. None where all does."""
    try:
        return _difference(sample, validated(sample, command))
    except ValidationError as error:
        return f"{error.error_count()} fields are wrong"


def _difference(sample: Sample, message: BaseModel) -> str | None:
    # As text, since Python takes 5, 5.0 and True == 1 for the same.
    came, went = (json.dumps(one, sort_keys=True) for one in (message.model_dump(mode="json"), sample.value))
    if came != went:
        return f"{came} came out of {went}"
    types = shape(message.model_dump())
    return None if types == sample.types else f"types {types}, not {sample.types}"


def shape(value: Any) -> Any:
    """A value with the names of types in place of what it holds."""
    if isinstance(value, dict):
        return {name: shape(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [shape(inner) for inner in value]
    if isinstance(value, Enum):
        return "str"
    return "datetime" if isinstance(value, datetime) else type(value).__name__
