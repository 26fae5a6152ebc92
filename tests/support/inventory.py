"""The assets that should be stored, with their fields, from the simulator's own account of them; and those that are."""

from datetime import datetime
from typing import Any

from halo_simulator.control import Control
from halobus.store import Database

PLACEHOLDERS = {"", "To be filled by O.E.M.", "0", "N/A", "Default string", "None", "System Serial Number", None}


async def wanted(control: Control) -> dict[int, dict[str, Any]]:
    """What should be stored, by id."""
    return {row["id"]: asset(row) async for row in control.assets()}


async def stored(database: Database) -> dict[int, dict[str, Any]]:
    """What is, its fields by name."""
    found = [doc["content"] async for doc in database.assets.find({"state": "live"})]
    return {one["id"]: {**one, "fields": {part["name"]: part["value"] for part in one["fields"]}} for one in found}


def asset(row: dict[str, Any]) -> dict[str, Any]:
    """What should be stored of an asset."""
    texts: dict[str, str] = row["fields"]
    maker = next((texts[name] for name in ("Manufacturer", "Make", "Vendor") if name in texts), None)
    model = next((texts[name] for name in ("Model", "Model Number", "Product Model") if name in texts), None)
    serial = None if row["serial"] in PLACEHOLDERS else row["serial"].strip().upper()
    return {
        "id": row["id"], "inventory_number": row["inventory_number"],
        "name": row["key_field"] or row["inventory_number"], "type_id": row["assettype_id"],
        "type_name": row["assettype_name"], "client_id": None if row["client_id"] == 1 else row["client_id"],
        "site_id": row["site_id"], "user_name": row["username"] or None, "status_id": row["status_id"],
        "status_name": row["status_name"], "inactive": row["inactive"], "serial": serial, "manufacturer": maker or None,
        "model": model or None, "with_fields": True,
        "warranty_start": time_of(row["warranty_start"]), "warranty_end": time_of(row["warranty_end"]),
        "fields": {name.strip(): None if text.startswith("1900-") else text.strip()[:2000] or None
                   for name, text in texts.items()},
    }  # fmt: skip


def time_of(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
