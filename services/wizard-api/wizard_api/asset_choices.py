"""What was decided of assets: types, imports, device types; each with its audit entry and fact in one transaction."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from halobus.devices import AssetChoice
from halobus.store import Database, Document, Session, UpdateOne, in_transaction
from wizard_api import audit
from wizard_api.auth import Principal
from wizard_api.connected import State
from wizard_api.problems import invalid

CHANGED = "assets.changed"
OWN = "own-"
"""What the ids of the portal's own device types begin with."""
AT_ONCE = 500
"""Decisions in one transaction."""


@dataclass(frozen=True)
class Rule:
    """What an asset type becomes. Auto-Sync needs a mapping, and an ignored type has none."""

    device_type: str | None = None
    auto_sync: bool = False
    ignored: bool = False


@dataclass(frozen=True)
class Choices:
    """All decisions of a connection. ``own``: names of the portal's own device types, by id."""

    rules: Mapping[int, Rule]
    chosen: frozenset[int]
    own: Mapping[str, str]


Change = Callable[[Rule], Rule]


async def load(database: Database, state: State) -> Choices:
    """Read them all."""
    found = database.asset_choices.find(_all(state))
    by_subject = [
        (kind, rest, AssetChoice.model_validate(each))
        async for each in found
        for kind, _, rest in [each["subject"].partition("/")]
    ]
    return Choices(
        rules={int(id): _rule(each) for kind, id, each in by_subject if kind == "type"},
        chosen=frozenset(int(id) for kind, id, each in by_subject if kind == "asset" and each.imported),
        own={id: each.name or id for kind, id, each in by_subject if kind == "device-type"},
    )


async def decide_types(
    database: Database,
    caller: Principal,
    state: State,
    changes: Mapping[int, Change],
    create: Mapping[str, str] | None = None,
) -> dict[int, Rule]:
    """Change the rules of types from what they are now; those that differ are returned.

    ``create``: device types to make first, if anything changes.
    """

    async def work(session: Session) -> dict[int, Rule]:
        held = await _rules(database, session, state, changes)
        after = {id: change(held[id]) for id, change in changes.items()}
        after = {id: rule for id, rule in after.items() if rule != held[id]}
        made = await _create(database, session, caller, state, create or {}) if after else []
        await _touch(database, session, state, {rule.device_type for rule in after.values()})
        writes = [_store(caller, state, f"type/{id}", rule.__dict__) for id, rule in after.items()]
        if writes:
            await database.asset_choices.bulk_write(writes, session=session)
            entries = [_type_entry(caller, state, id, held[id], rule) for id, rule in after.items()]
            await audit.record_all(database, session, [*made, *entries])
        return after

    return await in_transaction(database, work)


async def import_assets(database: Database, caller: Principal, state: State, assets: Sequence[int]) -> None:
    """Decide that these are to be imported; a part at a time, each with an entry that names its assets."""
    for start in range(0, len(assets), AT_ONCE):
        part = list(assets[start : start + AT_ONCE])

        async def work(session: Session, part: list[int] = part) -> None:
            writes = [_store(caller, state, f"asset/{id}", {"imported": True}) for id in part]
            await database.asset_choices.bulk_write(writes, ordered=False, session=session)
            entry = _entry(caller, state, "assets.imported", "assets", None, {"assets": part}, {"assets": part})
            await audit.record(database, session, entry)

        await in_transaction(database, work)


async def create_device_type(database: Database, caller: Principal, state: State, id: str, name: str) -> bool:
    """False where there is one of that id."""

    async def work(session: Session) -> bool:
        made = await _create(database, session, caller, state, {id: name})
        if made:
            await audit.record_all(database, session, made)
        return bool(made)

    return await in_transaction(database, work)


async def delete_device_type(database: Database, caller: Principal, state: State, id: str) -> int:
    """Delete one that nothing uses; the number of asset types and devices that do, 0 where it is deleted."""

    async def work(session: Session) -> int:
        mapped = {**_all(state), "device_type": id}
        used = await database.asset_choices.count_documents(mapped, session=session)
        used += await database.devices.count_documents(mapped, session=session)
        if used:
            return int(used)
        held = await database.asset_choices.find_one_and_delete(
            {"_id": _id(state, f"device-type/{id}")}, session=session
        )
        if held is not None:
            before, subject = {"name": held["name"]}, f"device-types/{id}"
            entry = _entry(caller, state, "device-type.deleted", subject, before, None, {"device_type": id})
            await audit.record(database, session, entry)
        return 0

    return await in_transaction(database, work)


async def _rules(database: Database, session: Session, state: State, types: Mapping[int, Change]) -> dict[int, Rule]:
    ids = [_id(state, f"type/{id}") for id in types]
    found = [
        AssetChoice.model_validate(each)
        async for each in database.asset_choices.find({"_id": {"$in": ids}}, session=session)
    ]
    held = {int(each.subject.partition("/")[2]): _rule(each) for each in found}
    return {id: held.get(id, Rule()) for id in types}


async def _create(
    database: Database, session: Session, caller: Principal, state: State, names: Mapping[str, str]
) -> list[audit.Entry]:
    """Make those that are not there yet; their audit entries."""
    ids = [_id(state, f"device-type/{id}") for id in names]
    held = {
        each["_id"] async for each in database.asset_choices.find({"_id": {"$in": ids}}, {"_id": 1}, session=session)
    }
    new = {id: name for id, name in names.items() if _id(state, f"device-type/{id}") not in held}
    if new:
        writes = [_store(caller, state, f"device-type/{id}", {"name": name}) for id, name in new.items()]
        await database.asset_choices.bulk_write(writes, session=session)
    return [
        _entry(caller, state, "device-type.created", f"device-types/{id}", None, {"name": name}, {"device_type": id})
        for id, name in new.items()
    ]


async def _touch(database: Database, session: Session, state: State, device_types: set[str | None]) -> None:
    """Write to the own device types that are mapped to, so that whoever deletes one at the same time is in conflict."""
    own = sorted(id for id in device_types if id is not None and id.startswith(OWN))
    for id in own:
        key = {"_id": _id(state, f"device-type/{id}")}
        touched = await database.asset_choices.update_one(key, [{"$set": {"mapped": "$$NOW"}}], session=session)
        if not touched.matched_count:
            raise invalid(("device_type", f"there is no device type {id}: choose from GET /device-types"))


def _type_entry(caller: Principal, state: State, id: int, before: Rule, after: Rule) -> audit.Entry:
    subject, data = f"assets/types/{id}", {"type": id, "device_type": after.device_type}
    return _entry(caller, state, "asset-type.changed", subject, before.__dict__, after.__dict__, data)


def _entry(
    caller: Principal,
    state: State,
    action: str,
    subject: str,
    before: Document | None,
    after: Document | None,
    data: Document,
) -> audit.Entry:
    return audit.Entry(caller.tenant, caller.subject, action, subject, state.connection, before, after, CHANGED, data)


def _store(caller: Principal, state: State, subject: str, value: Mapping[str, object]) -> UpdateOne:
    document = {"_id": _id(state, subject), **_all(state), "subject": subject, **value, "by": caller.subject}
    whole = [{"$replaceWith": {"$mergeObjects": [{"$literal": document}, {"at": "$$NOW"}]}}]
    return UpdateOne({"_id": document["_id"]}, whole, upsert=True)


def _rule(choice: AssetChoice) -> Rule:
    return Rule(choice.device_type, choice.auto_sync, choice.ignored)


def _all(state: State) -> Document:
    return {"tenant": state.tenant.tenant, "connection": state.connection}


def _id(state: State, subject: str) -> str:
    return f"{state.tenant.tenant}:{state.connection}:{subject}"
