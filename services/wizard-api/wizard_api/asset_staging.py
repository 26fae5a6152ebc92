"""The staging area: where each asset of Halo's stands on its way to becoming a device. Joined on read."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from halobus.store import Database, Document
from halobus.streams import StreamName
from wizard_api import asset_choices, company_links
from wizard_api.asset_choices import Choices
from wizard_api.connected import State
from wizard_api.status import shown


class Stage(StrEnum):
    """*imported*: a device is it, or is about to be, since a person chose it. *ignored*: its type is. *held_back*: its
    client is not linked, or it has none. *retired*: inactive in Halo; only a person imports it. *pending*: the rest.
    """

    PENDING = "pending"
    IMPORTED = "imported"
    HELD_BACK = "held_back"
    IGNORED = "ignored"
    RETIRED = "retired"


@dataclass(frozen=True)
class Made:
    """The device that an asset has become. ``conflict``: other active assets claim its serial number too."""

    id: str
    state: str
    conflict: bool


@dataclass(frozen=True)
class Asset:
    """What the stage of an asset follows from."""

    id: int
    type_id: int | None
    client_id: int | None
    inactive: bool


@dataclass(frozen=True)
class Staging:
    """``linked``: Halo's clients that are linked. ``made``: devices by asset."""

    choices: Choices
    linked: frozenset[int]
    made: Mapping[int, Made]

    def stage(self, asset: Asset) -> Stage:
        """One for each asset."""
        if asset.id in self.made:
            return Stage.IMPORTED
        if asset.type_id in self.ignored:
            return Stage.IGNORED
        if asset.client_id not in self.linked:
            return Stage.HELD_BACK
        if asset.id in self.choices.chosen:
            return Stage.IMPORTED
        return Stage.RETIRED if asset.inactive else Stage.PENDING

    def clause(self, stage: Stage) -> Document:
        """The same as a filter over the mirrors of assets."""
        made, chosen = {"content.id": {"$in": sorted(self.made)}}, {"content.id": {"$in": sorted(self.choices.chosen)}}
        ignored = {"content.type_id": {"$in": sorted(self.ignored)}}
        linked = {"content.client_id": {"$in": sorted(self.linked)}}
        retired = {"content.inactive": True}
        free = {"$nor": [made, ignored]}
        clauses: dict[Stage, Document] = {
            Stage.IMPORTED: {"$or": [made, {"$and": [free, linked, chosen]}]},
            Stage.IGNORED: {"$and": [ignored, {"$nor": [made]}]},
            Stage.HELD_BACK: {"$and": [free, {"$nor": [linked]}]},
            Stage.RETIRED: {"$and": [free, linked, {"$nor": [chosen]}, retired]},
            Stage.PENDING: {"$and": [free, linked, {"$nor": [chosen, retired]}]},
        }
        return clauses[stage]

    @property
    def ignored(self) -> frozenset[int]:
        return frozenset(id for id, rule in self.choices.rules.items() if rule.ignored)


async def load(database: Database, state: State) -> Staging:
    """Read what stages follow from."""
    choices = await asset_choices.load(database, state)
    linked = frozenset(await company_links.every(database, state))
    mine = {"tenant": state.tenant.tenant, "connection": state.connection}
    made: dict[int, Made] = {}
    async for each in database.devices.find(mine, {"id": 1, "state": 1, "conflict": 1, "assets": 1}, batch_size=2000):
        device = Made(each["id"], each["state"], bool(each["conflict"]))
        made |= dict.fromkeys(each["assets"], device)
    return Staging(choices, linked, made)


async def assets(database: Database, state: State, clause: Document | None = None) -> list[tuple[Asset, str | None]]:
    """The visible assets, or those of a filter, each with the name of its type as its own row has it."""
    wanted = {f"content.{name}": 1 for name in ("id", "type_id", "type_name", "client_id", "inactive")}
    visible = {"$and": [shown(state, StreamName.ASSETS), clause or {}]}
    found = database.assets.find(visible, wanted, batch_size=2000)
    contents = [each["content"] async for each in found]
    return [(asset_of(each), each.get("type_name")) for each in contents]


def asset_of(content: Document) -> Asset:
    """An asset as stored."""
    inactive = bool(content.get("inactive"))
    return Asset(content["id"], content.get("type_id"), content.get("client_id"), inactive)
