"""The documents of devices: what people decide of Halo's assets (wizard-api) and what the importer makes of it."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from halobus.runs import Part


class AssetChoice(Part):
    """``asset_choices``: a person's decision on one subject, by ``{tenant}:{connection}:{subject}``.

    ``type/{id}``: what an asset type of Halo's becomes: ``device_type``, ``auto_sync``, ``ignored``. ``asset/{id}``:
    that asset is to be imported. ``device-type/{id}``: a device type of the portal's own, called ``name``.
    """

    tenant: str
    connection: str
    subject: str
    device_type: str | None = None
    auto_sync: bool = False
    ignored: bool = False
    imported: bool = False
    name: str | None = None
    by: str
    at: datetime


class Device(Part):
    """``devices``, by ``{tenant}:{connection}:{id}``: a thing that the portal has because Halo lists it.

    ``serial``: what it is known by, in one spelling, None where it has none. ``assets``: the live assets in Halo that
    are it, or, of one that is *gone*, those that it was; ``asset`` the one that is shown. ``conflict``: several active
    assets claim its serial. ``mapped`` false: its type in Halo has no mapping any more; ``device_type`` is the last.

    ``state``: *held* is out of sight, ``reason`` says why (its client is not linked, or it has none); *retired* is
    inactive in Halo; *gone* is not there any more; *merged* turned out to be ``merged_into``. ``told``: whether the
    fact of its last change is out. ``revision`` guards every write.
    """

    tenant: str
    connection: str
    id: str
    serial: str | None = None
    assets: list[int] = Field(default_factory=list)
    asset: int | None = None
    conflict: list[int] = Field(default_factory=list)
    state: Literal["active", "retired", "held", "gone", "merged"] = "active"
    reason: Literal["client_not_linked", "no_client", "deleted", "merged", "not_visible", "retyped"] | None = None
    merged_into: str | None = None
    origin: Literal["auto_sync", "person"] = "person"
    device_type: str | None = None
    mapped: bool = False
    type_id: int | None = None
    type_name: str | None = None
    client_id: int | None = None
    portal_company: str | None = None
    site_id: int | None = None
    name: str = ""
    serial_number: str | None = None
    inventory_number: str | None = None
    manufacturer: str | None = None
    model: str | None = None
    user_name: str | None = None
    status_name: str | None = None
    warranty_start: datetime | None = None
    warranty_end: datetime | None = None
    created: datetime | None = None
    changed: datetime | None = None
    revision: int = 0
    told: bool = False
