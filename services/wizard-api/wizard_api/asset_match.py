"""Quick Match of asset types: which device type each one is, by name. What is not certain is offered, never guessed."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

from wizard_api.asset_names import TELLS_NOTHING, meaning, plain

OFFERED = 5
"""Candidates at most."""
ALIKE = 0.85
"""Share of letters that two names have in common, in order, from which on they are similar."""


@dataclass(frozen=True)
class Match:
    """``certain``: the one device type of that name. Else ``candidates`` to choose from, nearest first, or none."""

    certain: str | None
    candidates: tuple[str, ...] = ()


def match(name: str, device_types: Mapping[str, str]) -> Match:
    """The match of an asset type's name; ``device_types``: names by id. The order of what is given plays no part."""
    for read in (plain, meaning):
        same = sorted(id for id, other in device_types.items() if read(name) and read(other) == read(name))
        if same:
            return Match(same[0]) if len(same) == 1 else Match(None, tuple(same[:OFFERED]))
    near = [id for id, other in device_types.items() if _similar(plain(name), plain(other))]
    return Match(None, tuple(sorted(near, key=lambda id: (-_ratio(name, device_types[id]), id))[:OFFERED]))


def _similar(one: str, other: str) -> bool:
    """A telling word of both, or almost the same letters."""
    shared = set(one.split()) & set(other.split()) - TELLS_NOTHING
    return bool(shared) or (bool(one and other) and _ratio(one, other) >= ALIKE)


def _ratio(one: str, other: str) -> float:
    first, second = sorted((plain(one), plain(other)))
    return SequenceMatcher(None, first, second, autojunk=False).ratio()
