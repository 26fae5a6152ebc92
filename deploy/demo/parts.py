"""All parts of a run of the demo, up and ready, and their end in the right order."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from demo import leftovers, starting
from demo.api import Api, token
from demo.environment import Environments
from demo.place import SERVICES, SIMULATOR, Place
from demo.processes import Processes
from demo.readiness import Readiness
from demo.view import View
from embedded.choose import Chosen, Existing
from halo_simulator.control import Control
from halobus import store
from halobus.settings import Settings

NAMES = (starting.STACK, SIMULATOR, starting.SCHEMA, *SERVICES)


@dataclass(frozen=True)
class Parts:
    """What the story works with. ``database`` is for looking: only the services write, but for the schedule's clock.

    ``ours``: Kafka and MongoDB were started for the demo.
    """

    place: Place
    view: View
    processes: Processes
    environments: Environments
    settings: Settings
    database: store.Database
    api: Api
    bearer: str
    halo: Control
    ours: bool


@asynccontextmanager
async def up(place: Place, view: View) -> AsyncIterator[Parts]:
    """Start everything; at the end, however it comes, nothing of it runs any more."""
    processes = Processes(place.logs)
    try:
        with view.following() as update:
            ready = Readiness(NAMES, update)
            starting.start_simulator(processes, place)
            ready.working(SIMULATOR, "making its data")
            ready.working(starting.STACK)
            async with AsyncExitStack() as ends:
                chosen = await ends.enter_async_context(starting.chosen_stack(place.folder))
                environments = Environments(place, chosen.bootstrap_servers, chosen.mongodb_uri)
                if isinstance(chosen, Existing):
                    ends.push_async_callback(leftovers.remove_own, _settings(environments), place)
                ends.push_async_callback(asyncio.to_thread, processes.stop)  # before Kafka and MongoDB
                await _start(processes, environments, ready)
                later = ends.pop_all()
        async with later:
            yield await _parts(place, view, processes, environments, chosen, later)
    finally:
        processes.stop()


async def _start(processes: Processes, environments: Environments, ready: Readiness) -> None:
    place = environments.place
    ready.done(starting.STACK, f"{environments.bootstrap_servers}  {_without_password(environments.mongodb_uri)}")
    ready.working(starting.SCHEMA, "halobus migrate")
    await starting.migrate(processes, environments)
    ready.done(starting.SCHEMA, f"prefix {place.topic_prefix}, database {place.database}")
    starting.start_services(processes, environments)
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(starting.simulator_answers(processes, place, ready))
            for name in SERVICES:
                group.create_task(starting.service_is_ready(processes, place, name, ready))
    except ExceptionGroup as failed:
        raise failed.exceptions[0] from None  # the first that failed has ended the wait for the others


async def _parts(
    place: Place, view: View, processes: Processes, environments: Environments, chosen: Chosen, ends: AsyncExitStack
) -> Parts:
    settings = _settings(environments)
    database = store.connect(settings)
    ends.callback(store.close, database)
    bearer = token(environments.secrets.jwt)
    api = Api(place.url("wizard-api"), bearer)
    ends.push_async_callback(api.close)
    halo = await ends.enter_async_context(Control(place.url(SIMULATOR)))
    ours = not isinstance(chosen, Existing)
    return Parts(place, view, processes, environments, settings, database, api, bearer, halo, ours)


def _settings(environments: Environments) -> Settings:
    """Of this process; what else a user has set for an existing Kafka or MongoDB comes from the environment."""
    place = environments.place
    names = {"database": place.database, "topic_prefix": place.topic_prefix}
    return Settings.model_validate(environments.stack() | names)


def _without_password(uri: str) -> str:
    scheme, _, rest = uri.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}"
