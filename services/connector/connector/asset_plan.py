"""Which reads the assets need. Fields come only for one type at a time, so what is read with fields is read by type."""

from collections.abc import Sequence

from connector.knowledge import Knowledge
from connector.plan import Situation
from halobus.runs import Read

TYPE = "asset type "
"""In a read's checkpoint, before the id: a type that is left to a read of its own."""


def plan_assets(situation: Situation, knowledge: Knowledge) -> list[Read]:
    """All of them once and weekly, type after type; else what changed: first of which types, without fields.

    A type that Halo does not list is found by the repair, which compares all ids with what was met.
    """
    if situation.full_is_due:
        return [*plan_all_assets(situation, knowledge), _read(situation, "census")]
    since = situation.state.cursor
    changed = [
        Read(stream=situation.stream, kind="incremental", since=since),
        Read(stream=situation.stream, kind="repair", since=since),
    ]
    return changed + ([_read(situation, "census")] if situation.census_is_due else [])


def plan_all_assets(situation: Situation, knowledge: Knowledge) -> list[Read]:
    """A read a type. Where no types are known, one over all of them tells which there are."""
    of_types = [Read(stream=situation.stream, kind="full", types=[key]) for key in sorted(knowledge.asset_types)]
    return [*(of_types or [_read(situation, "full")]), _read(situation, "repair")]


def plan_types(read: Read) -> list[Read]:
    """After a read over all types: one read with fields, over the same window, for each type that it met."""
    return [
        Read(stream=read.stream, kind=read.kind, since=read.since, types=[key]) for key in left(read.checkpoint.shared)
    ]


def left(names: Sequence[str]) -> list[int]:
    """The types among what is left to other reads."""
    return sorted(int(name.removeprefix(TYPE)) for name in names if name.startswith(TYPE))


def _read(situation: Situation, kind: str) -> Read:
    return Read.model_validate({"stream": situation.stream, "kind": kind})
