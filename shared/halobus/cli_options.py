"""Checks of what is given to a command; what is wrong is a usage error, exit code 2."""

import typer

from halobus.keys import check_tenant
from halobus.topics import SOURCES, Topic

DEAD = ".dlq"


def known_tenant(given: str | None) -> str | None:
    """A tenant's name."""
    try:
        return check_tenant(given) if given else None
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


def source_topic(given: str) -> Topic:
    """The topic of that name, with or without its ``.dlq`` and without the deployment's prefix."""
    names = {topic.name: topic for topic in SOURCES}
    if (name := given.removesuffix(DEAD)) not in names:
        raise typer.BadParameter(f"{given!r} is none of {', '.join(names)}")
    return names[name]
