"""Which assets are one thing, and which device that thing is: by serial number first, by the asset itself else."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from halobus.devices import Device
from importer.device_identity import device_id


@dataclass(frozen=True)
class AssetNow:
    """A live asset. ``serial``: its key, None where it has no usable one. ``known``: whether its fields were read.

    ``shown``: the fields of ``Device`` that are Halo's words.
    """

    id: int
    serial: str | None
    known: bool
    type_id: int | None
    client_id: int | None
    inactive: bool
    shown: Mapping[str, object]


@dataclass(frozen=True)
class Group:
    """Assets that are one thing, by id. ``device`` None: none was made of it yet."""

    serial: str | None
    assets: tuple[AssetNow, ...]
    device: Device | None = None


def group(assets: Iterable[AssetNow], devices: Sequence[Device]) -> list[Group]:
    """Every asset in one group, every device in one at most; the order of what is given plays no part."""
    shelf = _Shelf(devices)
    named, alone = _things(assets, shelf)
    certain = [Group(serial, found, shelf.by_serial(serial)) for serial, found in sorted(named.items())]
    rest = [each for each in certain if each.device is None] + [Group(None, (asset,)) for asset in alone]
    # A serial goes first: a device follows its number, and only what is left follows its record in Halo.
    rest.sort(key=lambda each: (each.serial is None, each.assets[0].id))
    return [each for each in certain if each.device is not None] + [
        Group(each.serial, each.assets, shelf.by_asset(each.assets)) for each in rest
    ]


def new_id(found: Group, taken: Iterable[str]) -> str:
    """An id that no device has."""
    held, number = frozenset(taken), 1
    while (id := device_id(found.serial, found.assets[0].id, number)) in held:
        number += 1
    return id


class _Shelf:
    """The devices; each is given out once."""

    def __init__(self, devices: Sequence[Device]) -> None:
        ordered = sorted(devices, key=lambda each: each.id)
        self._free = {each.id: each for each in ordered}
        self._serials = {each.serial: each for each in ordered if each.serial is not None}
        self.holders = {asset: each for each in ordered for asset in each.assets}

    def by_serial(self, serial: str) -> Device | None:
        return self._take(self._serials.get(serial))

    def by_asset(self, assets: Sequence[AssetNow]) -> Device | None:
        """The device that one of them is, or was before it was taken for another."""
        for asset in assets:
            if taken := self._take(self.holders.get(asset.id)):
                return taken
        for asset in assets:
            past = self._free.get(device_id(None, asset.id))
            if past is not None and past.serial is None and not past.assets:
                return self._take(past)
        return None

    def _take(self, device: Device | None) -> Device | None:
        return self._free.pop(device.id, None) if device is not None else None


def _things(assets: Iterable[AssetNow], shelf: _Shelf) -> tuple[dict[str, tuple[AssetNow, ...]], list[AssetNow]]:
    """Assets by serial, and those without one. Where the fields were not read, the serial is the one known so far."""
    named: dict[str, list[AssetNow]] = defaultdict(list)
    alone: list[AssetNow] = []
    for asset in sorted(assets, key=lambda each: each.id):
        holder = shelf.holders.get(asset.id)
        serial = asset.serial or (holder.serial if holder is not None and not asset.known else None)
        if serial is None:
            alone.append(asset)
        else:
            named[serial].append(asset)
    return {serial: tuple(found) for serial, found in named.items()}, alone
