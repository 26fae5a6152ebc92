"""Accepting commands: a command's run is recorded, idempotent by the command's id, and its offset committed at once.

A sync outlives any poll interval, so any replica accepts and the holder of the tenant's lease carries out.
"""

from collections.abc import Callable, Sequence

from aiokafka import ConsumerRecord
from pydantic import ValidationError

from connector.recording import record_run, record_unreadable
from halobus import log, metrics, telemetry
from halobus.arrival import Reason
from halobus.bus import Bus
from halobus.commands import COMMAND, AcceptRemovals, CancelSync, Command
from halobus.dead_letters import letter
from halobus.envelope import read_headers
from halobus.store import Database
from halobus.topics import COMMANDS

GROUP = "connector"
logger = log.get(__name__)


class Acceptance:
    """Consumes ``halo.commands``; writes ``runs``. ``wake`` tells the holders that there is something to do."""

    def __init__(self, database: Database, bus: Bus, wake: Callable[[], None]) -> None:
        self.database = database
        self.bus = bus
        self.wake = wake

    async def handle(self, records: Sequence[ConsumerRecord[bytes, bytes]]) -> None:
        """Accept every command of a batch; one that can't be read goes to the dead letters with its reason."""
        for record in records:
            headers = read_headers(record.headers)
            try:
                command = COMMAND.validate_json(record.value or b"")
            except ValidationError as error:
                await self._reject(record, f"not a command: {error.error_count()} fields are wrong", headers)
                continue
            await self._accept(command, headers.get("traceparent"))
        self.wake()

    async def _accept(self, command: Command, traceparent: str | None) -> None:
        with telemetry.span("accept command", context=telemetry.context_from({"traceparent": traceparent or ""})):
            match command:
                case CancelSync():
                    await self._request(command, {"cancel_requested_by": command.actor})
                case AcceptRemovals():
                    await self._request(command, {"approval.accepted_by": command.actor})
            await self._record(command)

    async def _request(self, command: CancelSync | AcceptRemovals, change: dict[str, str]) -> None:
        own = {"_id": command.run, "tenant": command.tenant}
        await self.database.runs.update_one(own, {"$set": change, "$inc": {"revision": 1}})

    async def _record(self, command: Command) -> None:
        if await record_run(self.database, command):
            logger.info("command_accepted", tenant=command.tenant, kind=command.kind, run=command.id)

    async def _reject(self, record: ConsumerRecord[bytes, bytes], reason: str, headers: dict[str, str]) -> None:
        """Dead-letter it, and end its run, where it is one of ours: else it would be published again for ever."""
        await self.bus.publish_raw(COMMANDS.dead_letters, [letter(record, GROUP, Reason.VALUE, reason)])
        metrics.add(metrics.DEAD_LETTERS, 1, stream="commands", reason="unreadable")
        ended = await record_unreadable(self.database, headers.get("ce_id", ""), headers.get("ce_tenant", ""))
        logger.warning(
            "command_rejected", reason=reason, partition=record.partition, offset=record.offset, run_ended=ended
        )
