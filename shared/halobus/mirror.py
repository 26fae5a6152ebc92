"""Mirrors: the guarded upsert by which an owner stores a record, whole, only if it is newer than what is there.

A duplicate, late or reordered record changes nothing: the version decides inside the database (design, section 5).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import Any, Literal

from halobus import version
from halobus.keys import RecordKey
from halobus.store import RawBSONDocument, UpdateOne, encode

State = Literal["live", "scope", "gone"]
STUB_DAYS = 30


@dataclass(frozen=True)
class Write:
    """What a record says its mirror should be. ``content`` is kept only for ``live``; ``reason`` explains a stub.

    ``hidden``: the content of a record out of scope. It stays (live, but hidden by the scope's filter) where the mirror
    is live and the record itself did not move in its ``places``: then it was the settings that moved, and a wider scope
    shows it again at once.
    """

    key: RecordKey
    version: str
    state: State
    content: Mapping[str, Any] = field(default_factory=dict)
    reason: str | None = None
    run: str | None = None
    trace: str | None = None
    mapping: int = 1
    merged_into: int | None = None
    hidden: Mapping[str, Any] = field(default_factory=dict)
    places: tuple[str, ...] = ()


def digest(write: Write) -> str:
    """The hash that tells *written* from *unchanged*: content and the version of the mapping that made it."""
    return _digest(write, encode(write.content))


def _digest(write: Write, content: bytes) -> str:
    frame = f"{write.state}:{write.reason}:{write.mapping}:"
    return blake2b(frame.encode() + content, digest_size=16).hexdigest()


def document(write: Write) -> dict[str, Any]:
    """The mirror as stored, but for ``changed``, ``met`` and ``expires``, which the database adds."""
    content = encode(write.content)  # once, for the hash and for the driver
    return {
        "tenant": write.key.tenant,
        "connection": write.key.connection,
        "id": write.key.id,
        "version": write.version,
        "hash": _digest(write, content),
        "state": write.state,
        "reason": write.reason,
        "run": write.run,
        "trace": write.trace,
        **({"merged_into": write.merged_into} if write.merged_into is not None else {}),
        **({"content": RawBSONDocument(content)} if write.state == "live" else {}),
    }


def guarded(write: Write) -> UpdateOne:
    """The upsert: replaces the mirror if its version is lower, else leaves it exactly as it is.

    ``changed`` is the version at which the content last changed; a stub expires 30 days after it was last met.
    """
    id, newer = str(write.key), {"$lt": ["$version", write.version]}
    become = _replacement(write, id)
    if write.places:
        become = {"$cond": [_stays(write), _shown(write, id), become]}
    return UpdateOne({"_id": id}, [{"$replaceWith": {"$cond": [newer, become, "$$ROOT"]}}], upsert=True)


def _replacement(write: Write, id: str) -> dict[str, Any]:
    doc = document(write)
    added: dict[str, Any] = {
        "_id": id,
        "changed": {"$cond": [{"$eq": ["$hash", doc["hash"]]}, "$changed", write.version]},
        "met": "$$NOW",
    }
    if write.state != "live":
        added["expires"] = {"$dateAdd": {"startDate": "$$NOW", "unit": "day", "amount": STUB_DAYS}}
    return {"$mergeObjects": [{"$literal": doc}, added]}


def _stays(write: Write) -> dict[str, Any]:
    """The mirror is live, and the record stands where it stood: not it but the scope has moved."""
    same = [{"$eq": [f"$content.{name}", {"$literal": write.hidden[name]}]} for name in write.places]
    return {"$and": [{"$eq": ["$state", "live"]}, *same]}


def _shown(write: Write, id: str) -> dict[str, Any]:
    live = replace(write, state="live", reason=None, content=write.hidden, places=())
    return {"$mergeObjects": [_replacement(live, id), {"hidden_since": "$hidden_since"}]}


def newest(writes: Iterable[Write]) -> list[Write]:
    """The newest write of each key: an unordered bulk gives no order between writes of one document."""
    chosen: dict[RecordKey, Write] = {}
    for write in writes:
        held = chosen.get(write.key)
        if held is None or held.version < write.version:
            chosen[write.key] = write
    return list(chosen.values())


def visible(tenant: str, connection: str, generation: int) -> dict[str, Any]:
    """The filter of every read of a mirror for the portal; the stream's scope filter is added by the reader."""
    return {
        "tenant": tenant,
        "connection": connection,
        "state": "live",
        "version": {"$gte": version.floor(generation)},
    }
