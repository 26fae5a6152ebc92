"""The *Assets* tab: Halo's assets in the staging area, how many stand where, and *Import*."""

import re
from collections import Counter
from datetime import datetime
from typing import Annotated, Self

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field, model_validator

from halobus.messages import Asset
from halobus.store import Document
from halobus.streams import StreamName
from wizard_api import asset_import, asset_staging, by_name, names
from wizard_api.asset_import import Imported
from wizard_api.asset_staging import Stage, Staging
from wizard_api.connected import live_state_of, state_of
from wizard_api.context import API, InWizard
from wizard_api.freshness import not_synced_since
from wizard_api.names import Named, Names
from wizard_api.paging import Cursor, Limit, Page, page
from wizard_api.permissions import AssetReader, Manager
from wizard_api.status import shown

router = APIRouter(prefix=f"{API}/assets", tags=["assets"])
Number = Annotated[int, Field(ge=1, le=2**53)]


class DeviceLink(BaseModel):
    """The device that an asset has become. ``conflict``: other active assets claim its serial number too."""

    id: str
    state: str
    conflict: bool


class AssetRow(BaseModel):
    """An asset in a list. ``device`` null: none yet. ``type`` and ``client`` are Halo's."""

    id: int
    name: str
    inventory_number: str | None
    type: Named | None
    client: Named | None
    serial: str | None
    manufacturer: str | None
    model: str | None
    user_name: str | None
    status_name: str | None
    inactive: bool
    state: Stage
    device: DeviceLink | None


class AssetPage(Page[AssetRow]):
    """``not_synced_since``: set while assets are switched off or Halo is disconnected: what is shown is as of then."""

    not_synced_since: datetime | None = None


class Summary(BaseModel):
    """``total`` is the sum of the five states. ``clients_held_back``: so many clients that are not linked have assets.

    ``conflicts``: devices whose serial number several active assets claim.
    """

    total: int
    pending: int
    imported: int
    held_back: int
    ignored: int
    retired: int
    clients_held_back: int
    conflicts: int


class ImportIn(BaseModel):
    """``ids``: these assets; or ``type``: all of that asset type that are pending."""

    model_config = ConfigDict(extra="forbid")

    ids: list[Number] | None = Field(None, min_length=1, max_length=5000)
    type: Number | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if (self.ids is None) == (self.type is None):
            raise ValueError("send either `ids` or `type`")
        return self


@router.get("", summary="The staging area: assets by name")
async def listing(
    caller: AssetReader,
    wizard: InWizard,
    limit: Limit = 50,
    cursor: Cursor = None,
    state: Annotated[Stage | None, Query(description="Only those that stand there")] = None,
    type: Annotated[int | None, Query(ge=1, le=2**53, description="Of one asset type")] = None,
    client_id: Annotated[int | None, Query(ge=1, le=2**53, description="Of one Halo client")] = None,
    search: Annotated[str | None, Query(max_length=100, description="Part of a name, number, serial or user")] = None,
) -> AssetPage:
    database = wizard.database
    standing = await state_of(database, caller.tenant)
    staging = await asset_staging.load(database, standing)
    clauses = [shown(standing, StreamName.ASSETS), *_asked(type, client_id, search), *by_name.after(cursor)]
    clauses += [staging.clause(state)] if state is not None else []
    found = database.assets.find({"$and": clauses}, {"content.fields": 0})
    documents = await found.sort(by_name.ORDER).to_list(limit + 1)
    named = await names.load(database, standing, (each["content"].get("client_id") for each in documents))
    rows = page(
        documents,
        limit,
        lambda each: _row(each, staging, named),
        by_name.place,
    )
    since = not_synced_since(standing, StreamName.ASSETS)
    return AssetPage(items=rows.items, next=rows.next, not_synced_since=since)


@router.get("/summary", summary="How many assets stand where")
async def summary(caller: AssetReader, wizard: InWizard) -> Summary:
    standing = await state_of(wizard.database, caller.tenant)
    staging = await asset_staging.load(wizard.database, standing)
    every = [asset for asset, _name in await asset_staging.assets(wizard.database, standing)]
    counts = Counter(map(staging.stage, every))
    held = {each.client_id for each in every if each.client_id and staging.stage(each) is Stage.HELD_BACK}
    return Summary(
        total=len(every),
        clients_held_back=len(held),
        conflicts=len({each.id for each in staging.made.values() if each.conflict}),
        **{str(stage): counts[stage] for stage in Stage},
    )


@router.post("/import", summary="Import assets: these, or all of a type that are pending")
async def import_assets(body: ImportIn, caller: Manager, wizard: InWizard) -> Imported:
    state = await live_state_of(wizard.database, caller.tenant)
    if body.type is not None:
        return await asset_import.of_type(wizard.database, caller, state, body.type)
    return await asset_import.of_ids(wizard.database, caller, state, body.ids or [])


def _row(document: Document, staging: Staging, named: Names) -> AssetRow:
    asset = Asset.model_validate(document["content"])
    made = staging.made.get(asset.id)
    return AssetRow(
        **asset.model_dump(include=set(AssetRow.model_fields)),
        type=Named(id=asset.type_id, name=asset.type_name) if asset.type_id is not None else None,
        client=named.company(asset.client_id),
        state=staging.stage(asset_staging.asset_of(document["content"])),
        device=DeviceLink(**made.__dict__) if made is not None else None,
    )


def _asked(type: int | None, client_id: int | None, search: str | None) -> list[Document]:
    part = {"$regex": re.escape(search or ""), "$options": "i"}
    searched = ("name", "inventory_number", "serial", "user_name")
    return [
        *([{"content.type_id": type}] if type is not None else []),
        *([{"content.client_id": client_id}] if client_id is not None else []),
        *([{"$or": [{f"content.{name}": part} for name in searched]}] if search else []),
    ]
