"""Settings as stored by another version: an older document is migrated when read, a newer one loses nothing when saved.

Every step is a pure function from one schema to the next, over the values as they were then: it names its fields and
defaults itself, since those of today's models move on. What it makes is stored with the next save.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from halobus.decisions import KINDS, Decision

Value = dict[str, Any]
Step = Callable[[str, Value], Value]
D = TypeVar("D", bound=Decision)

ADDED_AFTER_1: Mapping[str, Value] = {"sync": {"contact_type_roles": {}}, "tickets": {"comment_outcome": None}}


def spelled_out(kind: str, value: Value) -> Value:
    """1 to 2: a document holds every field. Those that came after it was saved stand in it with what was in force then,
    so that another default of a later version can't change what an admin decided.
    """
    return {**ADDED_AFTER_1.get(kind, {}), **value}


STEPS: tuple[Step, ...] = (spelled_out,)
"""The first leads from schema 1 to 2, and so on."""
SCHEMA = len(STEPS) + 1
"""What this version stores."""


def migrated(kind: str, value: Mapping[str, Any], schema: int) -> Value:
    """The value of a document in this version's form; of a newer document as it is, unknown fields included."""
    moved = dict(value)
    for step in STEPS[schema - 1 :]:
        moved = step(kind, moved)
    return moved


def decided(model: type[D], document: Mapping[str, Any] | None) -> D:
    """The settings of a stored document; the defaults where there is none."""
    if document is None:
        return model()
    return model.stored(migrated(kind_of(model), document["value"], schema_of(document)))


def kept(new: Decision, before: Mapping[str, Any] | None) -> tuple[Value, int]:
    """What is to be stored over a document: value and schema. What only a newer version knows stays."""
    value: Value = new.model_dump(mode="json")
    if before is None or schema_of(before) <= SCHEMA:
        return value, SCHEMA
    unknown = {name: held for name, held in before["value"].items() if name not in type(new).model_fields}
    return {**unknown, **value}, schema_of(before)


def schema_of(document: Mapping[str, Any]) -> int:
    """The schema that a document was stored in; the first documents don't say."""
    return int(document.get("schema", 1))


def kind_of(model: type[Decision]) -> str:
    """The kind under which a model's settings are stored."""
    return next(kind for kind, each in KINDS.items() if each is model)
