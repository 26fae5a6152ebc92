"""Fast, stable pseudo-random numbers: the same seed and id give the same bits in every process."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar
from uuid import UUID

T = TypeVar("T")
_MASK = (1 << 64) - 1


def mix(seed: int, number: int, salt: int = 0) -> int:
    """64 well-mixed bits (splitmix64)."""
    value = (seed * 0x9E3779B97F4A7C15 + number * 0xBF58476D1CE4E5B9 + salt * 0x94D049BB133111EB) & _MASK
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & _MASK
    return value ^ (value >> 31)


def pick(bits: int, shift: int, items: Sequence[T]) -> T:
    """One item, chosen by the bits above `shift`."""
    return items[(bits >> shift) % len(items)]


def guid(seed: int, number: int, salt: int = 0) -> str:
    """A stable GUID."""
    return str(UUID(int=(mix(seed, number, salt) << 64) | mix(seed, number, salt + 1), version=4))
