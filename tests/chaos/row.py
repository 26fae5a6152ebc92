"""A row of the table: what was done to the system, what was measured, and what did not hold."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_hex
from statistics import median
from typing import TypeAlias

from conftest import Place, delete_topics

from chaos.house import House
from embedded.choose import Chosen
from halobus import store
from support.consumers import settings_of


@dataclass(frozen=True)
class Row:
    """``figures``: name to figure, in words and with units. ``broken``: a sentence for each thing that did not hold."""

    name: str
    done: str
    figures: Mapping[str, str] = field(default_factory=dict)
    broken: Sequence[str] = ()

    @property
    def held(self) -> bool:
        return not self.broken


@dataclass(frozen=True)
class Ground:
    """Where rows are run: a stack that is up, and a folder for the logs of what they start."""

    stack: Chosen
    folder: Path
    house: House | None = None
    """A system that is shared with other rows; without one each row starts its own."""

    @asynccontextmanager
    async def place(self) -> AsyncIterator[Place]:
        """An own topic prefix and database, both emptied afterwards."""
        name = f"t{token_hex(4)}"
        place = Place(self.stack.bootstrap_servers, self.stack.mongodb_uri, f"{name}.", name)
        try:
            yield place
        finally:
            await delete_topics(place.bootstrap_servers, place.topic_prefix)
            database = store.connect(settings_of(place))
            await database.client.drop_database(name)
            store.close(database)

    def logs(self, name: str) -> Path:
        """A folder of its own for the logs of one start of the system."""
        folder = self.folder / f"{name}-{token_hex(3)}"
        folder.mkdir(parents=True)
        return folder


RowFunction: TypeAlias = Callable[[Ground, bool], Awaitable[Row]]
"""Runs a row on the ground; the flag: in full, else as small as still shows what it is about."""


@dataclass
class Broken:
    """Collects what did not hold, so that a row tells everything and not the first thing alone."""

    sentences: list[str] = field(default_factory=list)

    def unless(self, holds: bool, sentence: str) -> None:
        """Note the sentence where the condition does not hold."""
        if not holds:
            self.sentences.append(sentence)


def spread(values: Sequence[float], unit: str = "s") -> str:
    """Median and worst of some measurements."""
    if not values:
        return "none measured"
    return f"median {median(values):.3g} {unit}, worst {max(values):.3g} {unit} (of {len(values)})"
