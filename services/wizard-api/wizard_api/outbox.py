"""The outbox: a command is recorded first and published then; one without a run is published again, by any replica."""

import asyncio

from aiokafka.errors import KafkaError

from halobus import log, telemetry
from halobus.commands import COMMAND
from halobus.store import Database, Document
from wizard_api import dedup
from wizard_api.context import Sender, Wizard
from wizard_api.dedup import Recorded, Request

logger = log.get(__name__)
REPEAT_SECONDS = 30
PUBLISH_SECONDS = 3.0
"""How long a click waits for Kafka; after that the command is the loop's."""
AT_ONCE = 100


async def issue(wizard: Wizard, request: Request) -> Recorded:
    """Record a command and publish it at once; where Kafka is away it is published when it is back."""
    recorded = await dedup.record(wizard.database, request)
    if not recorded.deduplicated:
        command = request.command
        await _publish_now(wizard, {"_id": command.dedup_key, "command_id": command.id, "command": command})
    return recorded


async def _publish_now(wizard: Wizard, document: Document) -> None:
    try:
        async with asyncio.timeout(PUBLISH_SECONDS):
            await _publish(wizard.database, wizard.bus, document)
    except (KafkaError, TimeoutError, ConnectionError) as error:
        logger.warning("command_not_published_yet", run=document["command_id"], error=type(error).__name__)


async def _publish(database: Database, bus: Sender, document: Document) -> None:
    await bus.send_command(COMMAND.validate_python(document["command"]))
    same = {"_id": document["_id"], "command_id": document["command_id"]}
    await database.commands.update_one(same, [{"$set": {"published": "$$NOW"}}])


async def repeat(wizard: Wizard) -> None:
    """One round of the loop: mark the commands whose run exists, publish the others that are due again."""
    waiting = {"command": {"$exists": True}, "accepted": False}
    commands = wizard.database.commands
    due = {"$lte": ["$repeat_at", "$$NOW"]}
    for document in await commands.find({**waiting, "$expr": due}).sort("repeat_at", 1).to_list(AT_ONCE):
        same = {"_id": document["_id"], "command_id": document["command_id"]}
        if await wizard.database.runs.find_one({"_id": document["command_id"]}, {"_id": 1}):
            await commands.update_one(same, {"$set": {"accepted": True}})
        elif await commands.find_one_and_update({**same, "$expr": due}, [{"$set": {"repeat_at": _next_time()}}]):
            with telemetry.span("republish command", context=telemetry.context_from(document.get("trace") or {})):
                await _publish(wizard.database, wizard.bus, document)


def _next_time() -> Document:
    return {"$dateAdd": {"startDate": "$$NOW", "unit": "second", "amount": REPEAT_SECONDS}}
