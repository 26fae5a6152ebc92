"""An instance's assets: generated when asked for, and over them what was changed since."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Hashable, Iterator, Mapping
from typing import Any, NamedTuple

from halo_simulator.data.asset_types import FIRST_TYPE, MAKERS, TYPES, field_id, serial_field
from halo_simulator.data.assets import FIRST_ASSET, MAKER_NAMES, STATUSES, asset_row, generated
from halo_simulator.data.clients import UNKNOWN, site_id

Row = dict[str, Any]
_KEPT = 8
_FIELDS = frozenset({"inventory_number", "assettype_id", "client_id", "site_id", "inactive", "status_id", "username"})


class UnknownAssetError(ValueError):
    """No such asset."""


class Head(NamedTuple):
    """What the list's filters look at."""

    type: int
    client: int
    site: int
    inactive: bool
    updated: int


class Inventory:
    """``count`` generated assets. Their heads are kept, so that a list need not make every row."""

    def __init__(self, seed: int, count: int, anchor: int, lists: Mapping[str, Mapping[Any, Row]]) -> None:
        self._seed, self._count, self._anchor, self._lists = seed, count, anchor, lists
        self._types = sorted(lists["assettype"])
        self._owners = [key for key in lists["client"] if key != UNKNOWN]
        self._changed: dict[int, Row] = {}
        self._words: dict[int, dict[str, str]] = {}
        self._deleted: set[int] = set()
        self._heads: dict[int, Head] = {}
        self._next = FIRST_ASSET + count
        self.version = 0
        """Rises with every change of an asset."""
        self._found: dict[Hashable, array[int]] = {}
        self._found_at = 0

    def ids(self) -> Iterator[int]:
        """The ids of the assets that are there, ascending."""
        return (asset for asset in range(FIRST_ASSET, self._next) if asset not in self._deleted)

    def row(self, asset: int) -> Row | None:
        """An asset that is there, without its fields."""
        return None if asset in self._deleted else self._raw(asset)

    def head(self, asset: int) -> Head:
        """As `row`, what filters look at."""
        if asset not in self._heads:
            row = self._raw(asset) or {}
            names = ("assettype_id", "client_id", "site_id", "inactive", "_updated")
            self._heads[asset] = Head(*(row[name] for name in names))
        return self._heads[asset]

    def find(self, wanted: Hashable, test: Callable[[Head], bool]) -> array[int]:
        """The ids that pass, ascending; the pages of one read, which want the same, share one selection."""
        if self._found_at != self.version or len(self._found) >= _KEPT:
            self._found.clear()
            self._found_at = self.version
        if wanted not in self._found:
            self._found[wanted] = array("q", (asset for asset in self.ids() if test(self.head(asset))))
        return self._found[wanted]

    def type(self, key: int) -> Row:
        """A type's row; one that left the list of types still has its name, and assets."""
        listed = self._lists["assettype"].get(key)
        known = 0 <= key - FIRST_TYPE < len(TYPES)
        name, group, fields = TYPES[key - FIRST_TYPE] if known else ("", 0, ())
        named = [{"id": field_id(field), "name": field} for field in fields]
        return dict(listed) if listed else {"name": name, "assetgroup_id": group, "fields": named}

    def field_names(self, asset: int) -> tuple[str, ...]:
        """What its type lets an asset say."""
        return tuple(field["name"] for field in self.type(self.head(asset).type)["fields"])

    def text(self, asset: int, name: str) -> str:
        """A field's text."""
        words = self._words.get(asset, {})
        return words[name] if name in words else generated(self._seed, asset, name) if self._made(asset) else ""

    def fields(self, asset: int) -> list[Row]:
        """`fields` as Halo shows them: of a choice, `value` is its number and `display` its text."""
        return [self._field(name, self.text(asset, name)) for name in self.field_names(asset)]

    def key_field(self, asset: int, number: int) -> str:
        """The text of the type's n-th key field, empty where the type has none."""
        names = self.field_names(asset)
        return self.text(asset, names[number]) if number < len(names) and number < 2 else ""

    def serial(self, asset: int) -> str | None:
        """What stands in the type's field for the serial number, None where it has none."""
        name = serial_field(self.field_names(asset))
        return None if name is None else self.text(asset, name)

    def create(self, values: Mapping[str, Any], now: int) -> int:
        """A new asset; of the first type, the Unknown client and its first site unless it says otherwise."""
        asset, client = self._next, int(values.get("client_id", UNKNOWN))
        self._next += 1
        self._changed[asset] = {
            "id": asset, "inventory_number": f"A{asset:06d}", "assettype_id": self._types[0], "client_id": client,
            "site_id": site_id(client, 0), "inactive": False, "status_id": 1, "username": "", "_bought": 0,
            "_warranty": 0, "_updated": now, "_sequence": 0,
        }  # fmt: skip
        self._words[asset] = {}
        self.change(asset, values, now)
        return asset

    def change(self, asset: int, values: Mapping[str, Any], now: int) -> None:
        """Set columns; `fields`: texts by the fields' names, `serial`: the type's field for it, whatever its name."""
        row = self.row(asset)
        if row is None:
            raise UnknownAssetError(f"there is no asset {asset}")
        columns = {name: value for name, value in values.items() if name not in ("fields", "serial")}
        if unknown := sorted(columns.keys() - _FIELDS):
            raise ValueError(f"assets have no {', '.join(unknown)}")
        if "client_id" in columns:
            columns.setdefault("site_id", site_id(columns["client_id"], 0))
        self._changed[asset] = {**row, **columns, "_updated": now, "_sequence": row["_sequence"] + 1}
        self._heads.pop(asset, None)
        words = self._words.setdefault(asset, {})
        words |= values.get("fields", {})
        if "serial" in values and (name := serial_field(self.field_names(asset))) is not None:
            words[name] = values["serial"]
        self.version += 1

    def retype(self, asset: int, key: int, now: int) -> None:
        """Another type: fields of the same name stay, and the serial number goes to where that type keeps it."""
        serial, kept = self.serial(asset), {name: self.text(asset, name) for name in self.field_names(asset)}
        self.change(asset, {"assettype_id": key, "fields": kept}, now)
        self.change(asset, {"serial": serial or ""}, now)

    def again(self, asset: int, now: int) -> int:
        """What an RMM does that lost its own id: the asset goes, and comes anew with another id. The new one's id."""
        row = self.row(asset)
        if row is None:
            raise UnknownAssetError(f"there is no asset {asset}")
        words = {name: self.text(asset, name) for name in self.field_names(asset)}
        self.delete(asset)
        return self.create({**{name: row[name] for name in _FIELDS}, "fields": words}, now)

    def delete(self, asset: int) -> None:
        """Take an asset away without a trace."""
        if self.row(asset) is None:
            raise UnknownAssetError(f"there is no asset {asset}")
        self._deleted.add(asset)
        self.version += 1

    def shown(self, asset: int, row: Row) -> Row:
        """The row's columns with the names of what it refers to."""
        client = self._lists["client"].get(row["client_id"])
        return {
            **{name: value for name, value in row.items() if name[0] != "_"},
            "key_field": self.key_field(asset, 0), "key_field2": self.key_field(asset, 1), "key_field3": "",
            "client_name": client["name"] if client else "", "assettype_name": self.type(row["assettype_id"])["name"],
            "status_name": STATUSES.get(row["status_id"], ""),
        }  # fmt: skip

    def _field(self, name: str, text: str) -> Row:
        chosen = name in MAKERS and text in MAKER_NAMES
        value = str(1 + MAKER_NAMES.index(text)) if chosen else text
        return {"id": field_id(name), "name": name, "value": value, "display": text, "type": 2 if chosen else 0}

    def _made(self, asset: int) -> bool:
        """Whether nobody but the generator made it."""
        return FIRST_ASSET <= asset < FIRST_ASSET + self._count

    def _raw(self, asset: int) -> Row | None:
        """The asset as it is or was."""
        if asset in self._changed:
            return self._changed[asset]
        types, owners = self._types, self._owners
        return asset_row(self._seed, asset, types, owners, self._anchor) if self._made(asset) else None
