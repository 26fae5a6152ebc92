"""A record's version: one fixed-width string that sorts, ``generation.fence.n``.

Most of Halo's rows carry no time of change and the others carry seconds, so order comes from us: ``n`` counts Halo's
responses under one lease, ``fence`` is the lease's number, ``generation`` rises with every Clear & Resync.
"""

from typing import NamedTuple

_FORMAT = "{:014d}.{:014d}.{:010d}"


class Version(NamedTuple):
    """The three numbers, highest weight first. ``str()`` gives the form that is stored and compared."""

    generation: int
    fence: int
    n: int

    def __str__(self) -> str:
        return _FORMAT.format(*self)


def parse(text: str) -> Version:
    """Read a version back; ValueError for anything that is not exactly the fixed-width form."""
    parts = text.split(".")
    if [len(part) for part in parts] != [14, 14, 10] or not all(part.isdigit() for part in parts):
        raise ValueError(f"not a version: {text[:60]!r} (expected {_FORMAT.format(0, 0, 0)})")
    return Version(*(int(part) for part in parts))


def floor(generation: int) -> str:
    """The lowest version of a generation: a mirror below it is invisible, and later deleted."""
    return str(Version(generation, 0, 0))
