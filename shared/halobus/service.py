"""A service: the one place of what all services do alike, from the first log line to the exit code."""

import asyncio
import signal
import socket
import sys
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from halobus import log, store, telemetry
from halobus.bus import Bus
from halobus.health import ASGIApp, Health, beside
from halobus.indexes import missing_indexes
from halobus.loops import Loop, supervise
from halobus.metrics_otlp import EXPORT_SECONDS, MetricsExport
from halobus.outages import is_outage
from halobus.server import listen, server
from halobus.settings import Settings, unknown_variables

PROBE_SECONDS = 3.0
SCHEMA_SECONDS = 1.0
LOOP_GRACE_SECONDS = 3.0
SHOWN = 3
"""Differences that a problem names; the log has no use for forty."""

__all__ = ["Health", "Service"]

_log = log.get(__name__)


class Service:
    """``name`` as in topics, groups and logs: "sync-ticket". ``run`` does everything.

    ``needs_kafka_to_be_ready``: False for a service that is of use without Kafka, such as wizard-api; its loops then
    start without Kafka too.
    """

    def __init__(
        self, name: str, settings: Settings, *, app: ASGIApp | None = None, needs_kafka_to_be_ready: bool = True
    ) -> None:
        log.configure(name, settings)
        telemetry.configure(name, settings)
        self.name = name
        self.settings = settings
        self.database: store.Database = store.connect(settings)
        self.bus = Bus(settings, name)
        self.health = Health(frozenset() if needs_kafka_to_be_ready else frozenset({"kafka", "topics"}))
        self.bus.beat = self.health.beat
        self._needs_kafka = needs_kafka_to_be_ready
        self._app = app
        self._loops: list[Loop] = []
        self._stop = asyncio.Event()
        self._metrics = MetricsExport(name, settings) if settings.otlp_endpoint else None

    def loop(self, name: str, work: Callable[[], Awaitable[None]], *, every: float) -> None:
        """Call ``work`` again and again, ``every`` seconds after it ended, once the service has started.

        It is cancelled at the end of the process; whatever it raises is logged and it is called again.
        """
        self._loops.append(Loop(name, work, every))

    def run(self) -> None:
        """Run until SIGTERM or SIGINT; the process should then end with exit code 0."""
        try:
            listener = listen(self.settings)
        except OSError as error:
            address = f"{self.settings.http_host}:{self.settings.http_port}"
            _log.error("cannot_listen", address=address, error=error.strerror)
            sys.exit(1)
        asyncio.run(self._main(listener))

    async def _main(self, listener: socket.socket) -> None:
        running = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            running.add_signal_handler(number, self._stop.set)
        running.add_signal_handler(signal.SIGUSR1, log.toggle_debug, self.settings)
        http = server(beside(self.health, self._app), lifespan=self._app is not None)
        serving = asyncio.create_task(http.serve(sockets=[listener]))
        serving.add_done_callback(lambda _task: self._stop.set())
        host, port = listener.getsockname()[:2]
        _log.info("listening", host=host, port=port, build=self.settings.build)
        for variable in unknown_variables(type(self.settings)):
            _log.warning("unknown_setting", variable=variable)
        background = [asyncio.create_task(work) for work in (self._probe(), self._pulse(), self._start())]
        await self._stop.wait()
        http.should_exit = True
        await asyncio.gather(self._end(background), serving)
        await asyncio.to_thread(telemetry.shutdown)
        if self._metrics is not None:
            await asyncio.to_thread(self._metrics.shutdown)
        store.close(self.database)
        _log.info("stopped")

    async def _start(self) -> None:
        """Wait for what the service needs, then consume and loop until cancelled."""
        await self._until("mongodb", self._mongo_problem)
        await self._until("indexes", self._index_problem)
        if self._needs_kafka:
            await self._start_bus()
        self.health.set("start", None)
        _log.info("started")
        work: list[Coroutine[Any, Any, None]] = [
            supervise(loop, self.health, self._sign_of_life) for loop in self._loops
        ]
        if not self._needs_kafka:
            work.append(self._start_bus())
        if self._metrics is not None:
            work.append(
                supervise(Loop("otlp metrics", self._metrics.export, EXPORT_SECONDS), self.health, self._sign_of_life)
            )
        async with asyncio.TaskGroup() as group:
            for each in work:
                group.create_task(each)

    async def _start_bus(self) -> None:
        await self._until("kafka", self._kafka_problem)
        await self._until("topics", self._topic_problem)
        await self._until("kafka", self._consumer_problem)

    async def _until(self, part: str, problem: Callable[[], Awaitable[str | None]]) -> None:
        """Ask until there is no problem; a change of it is logged, and shown by /readyz meanwhile."""
        while True:
            found = await problem()
            if self.health.set(part, found) and found:
                _log.warning("not_ready", part=part, problem=found)
            if found is None:
                return
            await asyncio.sleep(SCHEMA_SECONDS)

    async def _probe(self) -> None:
        """Ask both dependencies every few seconds, so that a request for readiness costs nothing."""
        while True:
            for part, problem in (("mongodb", self._mongo_problem), ("kafka", self._kafka_problem)):
                found = await problem()
                if self.health.set(part, found):
                    _log.log(30 if found else 20, "dependency_changed", part=part, problem=found)
            await asyncio.sleep(PROBE_SECONDS)

    async def _pulse(self) -> None:
        while True:
            self._sign_of_life()
            await asyncio.sleep(PROBE_SECONDS)

    def _sign_of_life(self) -> None:
        """Loops count as life unless a consumer is stuck; a handler that takes long calls ``health.beat`` itself."""
        if not self.bus.is_stuck():
            self.health.beat()

    async def _mongo_problem(self) -> str | None:
        return await _problem(store.ping(self.database), "MongoDB does not answer")

    async def _kafka_problem(self) -> str | None:
        return await _problem(self.bus.ping(), "Kafka does not answer")

    async def _consumer_problem(self) -> str | None:
        return await _problem(self.bus.start(), "Kafka does not let us consume")

    async def _topic_problem(self) -> str | None:
        return await _differences(self.bus.check_topics(), "Kafka does not answer")

    async def _index_problem(self) -> str | None:
        return await _differences(missing_indexes(self.database), "MongoDB does not answer")

    async def _end(self, background: list[asyncio.Task[None]]) -> None:
        """Stop consuming first, so that the running batch is committed; loops meanwhile."""
        self.health.set("start", "stopping")
        _log.info("stopping")
        for task in background:
            task.cancel()
        await asyncio.gather(self.bus.stop(), asyncio.wait(background, timeout=LOOP_GRACE_SECONDS))
        for task in background:
            if task.done() and not task.cancelled() and (error := task.exception()) is not None:
                _log.error("background_failed", exc_info=error)


async def _problem(attempt: Awaitable[None], sentence: str) -> str | None:
    """What is wrong, in a sentence, or None. The driver's own words stay out: they hold addresses and accounts."""
    try:
        await attempt
    except Exception as error:  # noqa: BLE001  # shown by /readyz, and asked again
        if not is_outage(error):
            _log.error("dependency_failed", problem=sentence, exc_info=error)
        return f"{sentence} ({type(error).__name__})"
    return None


async def _differences(check: Awaitable[list[str]], sentence: str) -> str | None:
    found: list[str] = []

    async def look() -> None:
        found.extend(await check)

    if problem := await _problem(look(), sentence):
        return problem
    if not found:
        return None
    more = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
    return f"{'; '.join(found[:SHOWN])}{more}: run `halobus migrate`"
