"""Planner items follow Halo: at every fact, and hourly, all that is decided and all that is stored is looked at anew.

Nothing is remembered of a round, so that a repeated, late or lost wake-up makes no difference.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from halobus import log
from halobus.bus import Bus
from halobus.decisions import OpportunitySettings, SyncSettings
from halobus.messages import Fact
from halobus.planner import AutoImport, PlannerChoice, PlannerItem, opportunity_of, subject_of_opportunity
from halobus.settings_schema import decided
from halobus.standing import Standing
from halobus.store import Database, find_one
from sync_crm.planner_policy import Creation, Seen, following, joined, why_new
from sync_crm.planner_store import PlannerStore

AT_ONCE = 100
_log = log.get(__name__)


async def follow(database: Database, standing: Standing) -> None:
    """One round for a tenant: new items, items that were made from a person's own, and what Halo has changed."""
    store = PlannerStore(database, standing)
    auto = await _auto_import(database, standing)
    # In this order: an opportunity that is seen and was made here has its run by now, so that it is not taken for new;
    # and an item that was seen before its opportunity is written only if nobody else has moved it since.
    fresh = await store.fresh(auto)
    creations = await store.creations()
    choices = await store.choices()
    items = await store.items()
    made = await _join(store, items, creations) + await _make(New(store, auto, fresh, creations, choices), items)
    if made:
        items = await store.items()
    moved = await _move(store, items, choices)
    if made or moved:
        _log.info("planner_followed", made=made, moved=moved)


async def _auto_import(database: Database, standing: Standing) -> AutoImport:
    settings = f"{standing.tenant}:{standing.connection}"
    sync = decided(SyncSettings, await find_one(database, "settings", f"{settings}:sync"))
    chosen = decided(OpportunitySettings, await find_one(database, "settings", f"{settings}:opportunities"))
    return AutoImport.of(chosen, sync.opportunities)


async def _join(store: PlannerStore, items: Sequence[PlannerItem], creations: Sequence[Creation]) -> int:
    """Opportunities that were made from a person's item become that item, whether they have one by now or not."""
    there = {item.opportunity for item in items}
    made = joined(items, creations)
    seen = await store.seen(made.keys() - there)
    for id, creation in made.items():
        # Somebody else may make it meanwhile, without the person's item: that is added then.
        if id in there or not await store.make(id, "created", seen.get(id), creation):
            await store.join(id, creation.item)
    return len(made)


@dataclass(frozen=True)
class New:
    """What new items are made of. ``fresh``: what auto-import brings."""

    store: PlannerStore
    auto: AutoImport
    fresh: Mapping[int, Seen]
    creations: Sequence[Creation]
    choices: Mapping[str, PlannerChoice]

    def imported(self) -> set[int]:
        """The opportunities that were chosen by hand."""
        return {id for choice in self.choices.values() if choice.imported and (id := opportunity_of(choice.subject))}


async def _make(new: New, items: Sequence[PlannerItem]) -> int:
    there = {item.opportunity for item in items} | joined(items, new.creations).keys()
    wanted = {**new.fresh, **await new.store.seen(new.imported() - there)}
    done = 0
    for id in sorted(wanted.keys() - there):
        why = why_new(wanted[id].content, new.choices.get(subject_of_opportunity(id)), new.auto, new.creations)
        done += why is not None and await new.store.make(id, why, wanted[id])
    return done


async def _move(store: PlannerStore, items: Sequence[PlannerItem], choices: Mapping[str, PlannerChoice]) -> int:
    seen = await store.seen({item.opportunity for item in items})
    changes = []
    for item in items:
        choice = choices.get(item.subject)
        # An item that was made a moment ago is not missed before Halo's list was read.
        complete = _is_complete(store.standing) and item.version != ""
        change = following(item, choice is not None and choice.detached, seen.get(item.opportunity), complete)
        if change is not None:
            changes.append((item, change))
    return await store.move(changes)


def _is_complete(standing: Standing) -> bool:
    """While a new generation is being read, what is not there yet is not gone."""
    return standing.cleared or standing.generation == 0


async def announce(database: Database, bus: Bus) -> None:
    """Tell of new items: the fact stands in the item first, is published second and marked third."""
    unmarked = database["planner_items"].find({"facts.announced": False}).limit(AT_ONCE)
    async for document in unmarked:
        item = PlannerItem.model_validate(document)
        for fact in item.facts:
            if fact.announced:
                continue
            message = Fact(
                id=fact.id,
                type=fact.type,
                tenant=item.tenant,
                connection=item.connection,
                at=fact.at,
                subject=f"opportunities/{item.opportunity}",
                data=fact.data,
            )
            await bus.send_fact(message, "sync-crm")
            same = {"_id": document["_id"], "facts.id": fact.id}
            await database["planner_items"].update_one(same, {"$set": {"facts.$.announced": True}})
