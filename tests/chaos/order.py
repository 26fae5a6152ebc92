"""order: every permutation of what may arrive of one record ends in the same document, on the real mongod."""

from collections.abc import Sequence
from itertools import permutations
from typing import Any

from chaos.row import Broken, Ground, Row
from halobus import store
from halobus.apply import apply
from halobus.keys import RecordKey
from halobus.migrate import migrate_indexes
from halobus.mirror import Write
from halobus.store import Database, Document
from halobus.version import Version
from support.consumers import settings_of

KINDS = ("old", "new", "duplicate", "gone", "other generation", "other fence")


def arrivals(id: str, gone: Version) -> dict[str, Write]:
    """What may arrive of one record; ``gone`` says where in their true order it was deleted."""

    def live(version: Version, summary: str) -> Write:
        return Write(RecordKey("t", "c", id), str(version), "live", {"id": id, "summary": summary})

    return {
        "old": live(Version(1, 5, 1), "old"),
        "new": live(Version(1, 5, 2), "new"),
        "duplicate": live(Version(1, 5, 2), "new"),
        "gone": Write(RecordKey("t", "c", id), str(gone), "gone", reason="deleted"),
        "other generation": live(Version(2, 1, 1), "of another generation"),
        "other fence": live(Version(1, 6, 1), "by another lease"),
    }


async def order(ground: Ground, full: bool) -> Row:
    """All 720 permutations, with the deletion as the last thing that happened, and, in full, amid the others."""
    broken, tried = Broken(), 0
    async with ground.place() as place:
        database = store.connect(settings_of(place))
        try:
            await migrate_indexes(database)
            for gone in [Version(2, 1, 2), Version(1, 5, 3), Version(1, 7, 1)] if full else [Version(2, 1, 2)]:
                tried += await _permute(database, gone, broken)
                await database["tickets"].delete_many({})
        finally:
            store.close(database)
    return Row("order", f"all permutations of {', '.join(KINDS)}", {"permutations": str(tried)}, broken.sentences)


async def _permute(database: Database, gone: Version, broken: Broken) -> int:
    orders = list(permutations(KINDS))
    known = [arrivals(str(number), gone) for number in range(len(orders))]
    for place in range(len(KINDS)):
        await apply(database, "tickets", [known[number][one[place]] for number, one in enumerate(orders)])
    await _replay_old(database, known)
    found = [_outcome(document) async for document in database["tickets"].find({})]
    last = max(known[0].values(), key=lambda write: write.version)
    wanted = {
        "version": last.version,
        "state": last.state,
        "reason": last.reason,
        "summary": last.content.get("summary"),
    }
    wrong = [outcome for outcome in found if outcome != wanted]
    told = f"{len(wrong)} of {len(orders)} orders end otherwise: {wrong[:2]}"
    broken.unless(len(found) == len(orders) and not wrong, told)
    return len(orders)


async def _replay_old(database: Database, known: Sequence[dict[str, Write]]) -> None:
    """As a dead letter may be, days later."""
    await apply(database, "tickets", [writes["old"] for writes in known])


def _outcome(document: Document) -> dict[str, Any]:
    summary = document.get("content", {}).get("summary")
    return {**{name: document[name] for name in ("version", "state", "reason")}, "summary": summary}
