"""How every command runs: settings, one event loop, and a dependency that is down as one clear line."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from aiokafka.errors import UnknownTopicOrPartitionError

from halobus import redaction, store
from halobus.cli_output import trouble
from halobus.outages import dependency, is_outage
from halobus.settings import Settings, load

T = TypeVar("T")


def run(command: Callable[[Settings], Awaitable[T]]) -> T:
    """Run a command to its end. Exit code 1 where a dependency is down or refuses, 78 for bad settings."""
    logging.getLogger().addHandler(logging.NullHandler())  # drivers would speak of every attempt
    settings = load(Settings)

    async def body() -> T:
        return await command(settings)

    try:
        return asyncio.run(body())
    except Exception as error:
        found = dependency(error)
        if found == "other" and not is_outage(error):
            raise
        raise trouble(_sentence(found, settings, error)) from None


def run_on_database(command: Callable[[store.Database], Awaitable[T]]) -> T:
    """The same for a command that needs MongoDB alone."""

    async def body(settings: Settings) -> T:
        database = store.connect(settings)
        try:
            return await command(database)
        finally:
            store.close(database)

    return run(body)


def _sentence(found: str, settings: Settings, error: Exception) -> str:
    kind = type(error).__name__
    if isinstance(error, UnknownTopicOrPartitionError):
        return f"topic {error.args[0] if error.args else ''} is missing: run `halobus migrate`"
    if not is_outage(error):
        return f"{found} refuses: {kind}, {redaction.message(error)}"
    if found == "kafka":
        return f"Kafka at {settings.kafka_bootstrap_servers} does not answer ({kind})"
    if found == "mongodb":
        return f"MongoDB does not answer ({kind}): is MONGODB_URI right?"
    return f"Kafka or MongoDB does not answer ({kind})"
