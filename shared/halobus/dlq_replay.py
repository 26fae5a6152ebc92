"""``halobus dlq replay``: puts dead letters back, byte for byte, for the group alone that had rejected them."""

import sys
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from typing import Any

import typer

from halobus import dlq_marks, topics
from halobus.bus import Bus, Raw
from halobus.cli_output import as_json, in_terminal, trouble
from halobus.cli_resume import audit_entry
from halobus.dead_letters import PREFIX, REPLAYS
from halobus.dlq_address import FOR_GROUP
from halobus.dlq_erased import erased_letters
from halobus.dlq_letters import Letter, Pile, pile
from halobus.dlq_plan import Plan, Wish
from halobus.settings import Settings
from halobus.store import Database
from halobus.topics import MEBIBYTE, Topic

BATCH = 100
BATCH_BYTES = 8 * MEBIBYTE
BY_TENANT = (topics.COMMANDS, topics.FACTS)
"""Topics whose records lie on their tenant's partition; those of the others go by their key."""


async def replay(settings: Settings, database: Database, topic: Topic, wish: Wish, *, dry_run: bool, yes: bool) -> None:
    """Plan, ask (unless ``yes``), replay, and print what was done. A dry run ends with the plan and changes nothing.

    May be killed and run again: at most the batch in hand is replayed twice. Exit code 1 where letters were refused.
    """
    async with pile(settings, topic) as letters:
        plan = await _plan(database, letters, wish)
        if not dry_run and plan.chosen:
            _agree(topic, plan, yes)
            await _replay(settings, database, topic, letters, plan)
    _print(topic, plan, 0 if dry_run else len(plan.chosen), dry_run)
    if plan.refused and not dry_run:
        raise trouble("; ".join(f"{count} refused: {why}" for why, count in sorted(plan.refused.items())))


def as_replay(letter: Letter) -> Raw:
    """The record as it first was, its replays raised, and the address of the group that it is for."""
    kept = [(name, value) for name, value in letter.record.headers if not name.startswith(PREFIX)]
    told = {FOR_GROUP: str(letter.group), REPLAYS: str(letter.replays + 1)}
    headers = [*kept, *((name, text.encode()) for name, text in told.items())]
    return Raw(letter.record.key, letter.record.value, headers)


def partition(letter: Letter) -> int | None:
    """Where its like is published: its tenant's partition, or None for the one of its key."""
    if letter.topic not in BY_TENANT:
        return None
    if letter.tenant is not None:
        return topics.partition_of(letter.tenant, letter.topic.partitions)
    return 0  # nobody's: it only has to be somewhere


async def _plan(database: Database, letters: Pile, wish: Wish) -> Plan:
    plan = Plan(wish, datetime.now(UTC))
    async for batch in letters.batches():
        plan.consider(batch, await dlq_marks.replayed(database, batch), await erased_letters(database, batch))
    return plan


def _agree(topic: Topic, plan: Plan, yes: bool) -> None:
    sentence = f"replay {len(plan.chosen)} records to {topic.name}"
    if yes:
        return
    if not sys.stdin.isatty():
        raise trouble(f"nothing was done; --yes would {sentence}")
    typer.confirm(f"{sentence[0].upper()}{sentence[1:]} ({_kinds(plan)})?", abort=True, err=True)


async def _replay(settings: Settings, database: Database, topic: Topic, letters: Pile, plan: Plan) -> None:
    wish = {"reason": plan.wish.reason, "tenant": plan.wish.tenant, "again": plan.wish.again}
    entry = audit_entry("dlq.replay", topic.dead_letters.name, {**wish, **plan.report()}, None)
    await dlq_marks.begin(database, entry)
    bus = Bus(settings, "operator")
    try:
        async for batch in _chosen(letters, plan):
            await _publish(bus, topic, batch)
            await dlq_marks.mark(database, entry, batch)
    finally:
        await bus.stop()
    await dlq_marks.finish(database, entry)


async def _chosen(letters: Pile, plan: Plan) -> AsyncIterator[list[Letter]]:
    """The chosen ones, in batches that fit into memory."""
    held: list[Letter] = []
    size = 0
    async for batch in letters.batches():
        for letter in batch:
            if letter.id not in plan.chosen:
                continue
            held.append(letter)
            size += len(letter.record.value or b"")
            if len(held) >= BATCH or size >= BATCH_BYTES:
                yield held
                held, size = [], 0
    if held:
        yield held


async def _publish(bus: Bus, topic: Topic, letters: Sequence[Letter]) -> None:
    """Returns when the broker has acknowledged all."""
    places: defaultdict[int | None, list[Raw]] = defaultdict(list)
    for letter in letters:
        places[partition(letter)].append(as_replay(letter))
    for place, records in places.items():
        await bus.publish_raw(topic, records, partition=place)


def _print(topic: Topic, plan: Plan, replayed: int, dry_run: bool) -> None:
    if not in_terminal():
        as_json({"topic": topic.name, "dry_run": dry_run, **plan.report(), "replayed": replayed})
        return
    said: dict[str, Any] = {
        f"{'would be ' if dry_run else ''}replayed to {topic.name} ({_kinds(plan)})": len(plan.chosen),
        "replayed before": plan.done,
        "beyond the limit: run it again": plan.beyond,
        **({f"refused: {why}": count for why, count in plan.refused.items()} if dry_run else {}),
    }
    lines = [f"{count} {what}" for what, count in said.items() if count]
    typer.echo("\n".join(lines) or "no such dead letters")


def _kinds(plan: Plan) -> str:
    return ", ".join(f"{count} {reason} of {group}" for (group, reason), count in sorted(plan.kinds.items()))
