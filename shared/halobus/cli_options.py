"""Checks of what is given to a command; what is wrong is a usage error, exit code 2."""

from collections.abc import Sequence

import typer

from halobus.keys import check_tenant
from halobus.runs import ENDED, OPEN
from halobus.topics import SOURCES, Topic

DEAD = ".dlq"
MOST_PARTITIONS = 1000


def known_tenant(given: str | None) -> str | None:
    """A tenant's name."""
    try:
        return check_tenant(given) if given else None
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


def known_state(given: str | None) -> str | None:
    """A state of runs."""
    states = OPEN | ENDED
    if given is not None and given not in states:
        raise typer.BadParameter(f"{given!r} is none of {', '.join(sorted(states))}")
    return given


def source_topic(given: str) -> Topic:
    """The topic of that name, with or without its ``.dlq`` and without the deployment's prefix."""
    names = {topic.name: topic for topic in SOURCES}
    if (name := given.removesuffix(DEAD)) not in names:
        raise typer.BadParameter(f"{given!r} is none of {', '.join(names)}")
    return names[name]


def known_partitions(given: Sequence[str]) -> dict[Topic, int]:
    """Topics and how many partitions they shall have, from ``halo.tickets=12``."""
    found: dict[Topic, int] = {}
    for each in given:
        name, _, number = each.partition("=")
        if not number.isascii() or not number.isdecimal() or not 0 < int(number) <= MOST_PARTITIONS:
            raise typer.BadParameter(f"{each!r} is not TOPIC=N with N from 1 to {MOST_PARTITIONS}")
        found[source_topic(name)] = int(number)
    return found
