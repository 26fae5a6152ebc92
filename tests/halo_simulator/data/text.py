"""The words of a generated ticket, made from its id when asked."""

from __future__ import annotations

from html import escape

from halo_simulator.data.catalogue import CATEGORIES
from halo_simulator.data.mix import mix, pick
from halo_simulator.data.words import FAMILY, GIVEN, SENTENCES, SUBJECTS


def summary(seed: int, ticket: int) -> str:
    """The subject."""
    bits = mix(seed, ticket, 41)
    return pick(bits, 0, SUBJECTS).replace("{name}", _person(bits))


def details(seed: int, ticket: int) -> str:
    """Three to six sentences."""
    bits = mix(seed, ticket, 42)
    person = _person(bits)
    lines = [pick(bits, 5 * n, SENTENCES) for n in range(3 + (bits >> 58) % 4)]
    return "\n".join(lines).replace("{name}", person.split()[0])


def details_html(plain: str) -> str:
    """The same as HTML."""
    return "".join(f"<p>{escape(line)}</p>" for line in plain.split("\n"))


def categories(seed: int, ticket: int) -> list[str]:
    """Levels 1 to 4; the deeper ones are often empty."""
    bits = mix(seed, ticket, 43)
    values = [pick(bits, 6 * level, CATEGORIES[level]) for level in (1, 2, 3, 4)]
    filled = 1 + (bits >> 50) % 4
    return values[:filled] + [""] * (4 - filled)


def _person(bits: int) -> str:
    """A name for the text."""
    return f"{pick(bits, 20, GIVEN)} {pick(bits, 30, FAMILY)}"
