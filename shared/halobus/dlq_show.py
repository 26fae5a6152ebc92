"""``halobus dlq show``: what is known of dead letters; their content only for a reason that the audit log keeps."""

import base64
import heapq
import json
from collections.abc import Collection, Sequence
from typing import Any

import typer

from halobus import dlq_marks
from halobus.cli_output import as_json, in_terminal, trouble
from halobus.cli_resume import audit_entry, written_now
from halobus.dead_letters import PREFIX
from halobus.dlq_erased import erased_letters
from halobus.dlq_letters import Letter, Pile, pile
from halobus.dlq_plan import ERASED
from halobus.settings import Settings
from halobus.store import Database
from halobus.topics import Topic

View = dict[str, Any]
Place = tuple[int, int]
"""Partition and offset."""
_UNPRINTABLE = {code: f"\\u{code:04x}" for code in range(0x7F, 0xA0)}
"""JSON leaves these as they are, and a terminal may obey them."""


async def show_letters(
    settings: Settings,
    database: Database,
    topic: Topic,
    place: Place | None,
    *,
    reason: str | None,
    limit: int,
    why: str | None,
) -> None:
    """Print the letter at a place, or the newest ``limit`` for a class of reason (None: for any).

    ``why``: show their content too; it stands in the audit log before anything is shown.
    """
    async with pile(settings, topic) as letters:
        found = await (_at(letters, place) if place else _newest(letters, reason, limit))
        erased = await erased_letters(database, found)
        if why is not None and found:
            await _audit(database, topic, found, why)
    replayed = await dlq_marks.replayed(database, found)
    _print([view(letter, replayed, content=why is not None, erased=letter.id in erased) for letter in found])


def view(letter: Letter, replayed: Collection[str], *, content: bool, erased: bool = False) -> View:
    """A letter as JSON. ``replays``: how often before it failed; ``replayed``: whether it was put back since. The
    content of an erased one is shown to nobody.
    """
    record, headers = letter.record, letter.headers
    return {
        "topic": letter.topic.dead_letters.name,
        "partition": record.partition,
        "offset": record.offset,
        "buried": letter.at.isoformat(),
        "group": letter.group,
        "reason": headers.get("dlq-reason"),
        "from": {part: headers.get(f"{PREFIX}{part}") for part in ("topic", "partition", "offset")},
        "replays": letter.replays,
        "replayed": letter.id in replayed,
        "tenant": letter.tenant,
        "key": _text(record.key),
        "headers": {name: text for name, text in headers.items() if not name.startswith(PREFIX)},
        "bytes": len(record.value) if record.value is not None else None,
        "value": _value(record.value, content, erased),
    }


async def _at(letters: Pile, place: Place) -> list[Letter]:
    found = await letters.one(*place)
    if found is None:
        raise trouble(f"there is no dead letter at partition {place[0]}, offset {place[1]}")
    return [found]


async def _newest(letters: Pile, reason: str | None, limit: int) -> list[Letter]:
    """The newest first; no more than ``limit`` are held."""
    held: list[tuple[int, int, int, Letter]] = []
    async for batch in letters.batches():
        for letter in batch:
            if reason in (None, letter.reason):
                record = letter.record
                heapq.heappush(held, (record.timestamp, record.partition, record.offset, letter))
            if len(held) > limit:
                heapq.heappop(held)
    return [letter for *_order, letter in sorted(held, reverse=True)]


async def _audit(database: Database, topic: Topic, found: Sequence[Letter], why: str) -> None:
    places = [f"{letter.record.partition}/{letter.record.offset}" for letter in found]
    tenants = sorted({letter.tenant for letter in found if letter.tenant})
    entry = audit_entry("dlq.show", topic.dead_letters.name, None, {"why": why, "letters": places, "tenants": tenants})
    await database["audit"].update_one({"_id": entry["_id"]}, written_now(entry), upsert=True)


def _value(value: bytes | None, content: bool, erased: bool) -> View | str | None:
    if erased:
        return f"hidden: {ERASED}"
    return _content(value) if content else "hidden: --content --why '...' shows it"


def _text(given: bytes | None) -> str | None:
    return given.decode("utf-8", "backslashreplace") if given is not None else None


def _content(value: bytes | None) -> View | None:
    if value is None:
        return None
    try:
        return {"text": value.decode()}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(value).decode()}


def _print(views: Sequence[View]) -> None:
    if not in_terminal():
        as_json(list(views))
        return
    for each in views:
        typer.echo(readable(each))


def readable(view: View) -> str:
    """As JSON for a terminal, which obeys nothing of it."""
    return json.dumps(view, ensure_ascii=False, indent=2).translate(_UNPRINTABLE)
