"""A row of ``/Asset`` as a clean asset. Fields come only where one type was asked for, or one asset."""

import re
from collections.abc import Mapping
from typing import Any

from connector.halo.clean import (
    CleanError,
    as_row,
    own_id,
    to_assigned,
    to_bool,
    to_id,
    to_name,
    to_time,
)
from connector.halo.serials import manufacturer_of, model_of, serial_of
from halobus.messages import Asset, AssetField

MOST_FIELDS = 100
LONGEST_NAME = 100
LONGEST_VALUE = 2000
"""Fields, and characters of each: a type may have a whole document in one. What is longer is cut, and stays in Halo."""
_NO_DATE = re.compile(r"(?:0001|1[789]\d\d)-\d\d-\d\d(?:T[\d:.]*Z?)?")
_EMPTY_YEARS = 1980


def asset(row: Any, *, asked: bool = False, offset_minutes: int = 0) -> Asset:
    """Clean one asset; CleanError names the field that can't be read. ``asked``: Halo was asked for fields."""
    row = as_row(row)
    fields = fields_of(row.get("fields"))
    told = [(field.name, field.value) for field in fields]
    inventory_number = to_name(row.get("inventory_number"), "inventory_number")
    return Asset(
        id=own_id(row),
        inventory_number=inventory_number,
        name=to_name(row.get("key_field"), "key_field") or inventory_number or "",
        type_id=type_of(row),
        type_name=to_name(row.get("assettype_name"), "assettype_name"),
        client_id=to_assigned(row.get("client_id"), "client_id"),
        site_id=to_id(row.get("site_id"), "site_id"),
        user_name=to_name(row.get("username"), "username"),
        status_id=to_id(row.get("status_id"), "status_id"),
        status_name=to_name(row.get("status_name"), "status_name"),
        inactive=to_bool(row.get("inactive"), "inactive"),
        serial=serial_of(told),
        manufacturer=manufacturer_of(told),
        model=model_of(told),
        warranty_start=to_time(row.get("warranty_start"), "warranty_start", offset_minutes),
        warranty_end=to_time(row.get("warranty_end"), "warranty_end", offset_minutes),
        with_fields=asked or row.get("fields") is not None,
        fields=fields,
    )


def type_of(row: Mapping[str, Any]) -> int | None:
    """The asset's type; CleanError where it can't be read."""
    return to_id(row.get("assettype_id"), "assettype_id")


def fields_of(value: Any) -> list[AssetField]:
    """The fields that have a name, in Halo's order. One that can't be read is empty: it must not cost the asset."""
    if value is not None and not isinstance(value, list):
        raise CleanError("fields", f"is no list but a {type(value).__name__}")
    found = (_field(part) for part in value or [] if isinstance(part, Mapping))
    return [field for field in found if field is not None][:MOST_FIELDS]


def _field(part: Mapping[str, Any]) -> AssetField | None:
    """Of a choice, ``value`` is its number and ``display`` its text."""
    name = _text(part.get("name"))
    if name is None:
        return None
    value = _text(part.get("display")) or _text(part.get("value"))
    return AssetField(id=_id(part.get("id")), name=name[:LONGEST_NAME], value=value and value[:LONGEST_VALUE])


def _text(value: Any) -> str | None:
    if isinstance(value, bool):
        return "yes" if value else "no"
    try:
        text = to_name(value, "field")
    except CleanError:
        return None
    return None if text is None or _is_no_date(text) else text


def _is_no_date(text: str) -> bool:
    return _NO_DATE.fullmatch(text) is not None and int(text[:4]) <= _EMPTY_YEARS


def _id(value: Any) -> int | None:
    try:
        return to_id(value, "id")
    except CleanError:
        return None
