"""Devices as a policy: whatever Halo and people do, one device a serial, nothing lost, and nothing done twice."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from halobus.devices import Device
from importer.device_groups import AssetNow
from importer.device_identity import device_id, serial_key
from importer.device_policy import Decided, TypeRule, plan

AUTO = TypeRule("laptop", auto_sync=True)
LINKED = {1: "p1", 2: "p2"}


def asset(id: int, serial: str | None = None, **fields: Any) -> AssetNow:
    given = {"known": True, "type_id": 12, "client_id": 1, "inactive": False, **fields}
    shown = {"name": f"Asset {id}", "serial_number": serial, "model": f"Model {id}"}
    return AssetNow(id=id, serial=serial_key(serial), shown=shown, **given)


@dataclass
class Halo:
    """Assets and decisions, and the devices that converging has made of them."""

    assets: dict[int, AssetNow] = field(default_factory=dict)
    decided: Decided = field(default_factory=lambda: Decided("acme", "c1", links=LINKED, types={12: AUTO}))
    devices: dict[str, Device] = field(default_factory=dict)

    def has(self, *assets: AssetNow) -> "Halo":
        self.assets |= {each.id: each for each in assets}
        return self.converged()

    def lost(self, *ids: int, why: str = "deleted") -> "Halo":
        for id in ids:
            self.assets.pop(id, None)
        return self.decide(gone={**self.decided.gone, **dict.fromkeys(ids, why)})

    def decide(self, **changes: Any) -> "Halo":
        self.decided = replace(self.decided, **changes)
        return self.converged()

    def converged(self) -> "Halo":
        for change in plan(list(self.assets.values()), list(self.devices.values()), self.decided):
            assert change.before == self.devices.get(change.after.id)
            self.devices[change.after.id] = change.after
        assert self.planned() == [], "converging twice changes nothing"
        return self

    def planned(self) -> list[Any]:
        return plan(list(self.assets.values()), list(self.devices.values()), self.decided)

    @property
    def only(self) -> Device:
        [found] = self.devices.values()
        return found

    def of(self, asset: int) -> Device:
        [found] = [each for each in self.devices.values() if asset in each.assets]
        return found


@pytest.mark.parametrize("text", [" 5cg-0393 k7l ", "5CG0393K7L", "5CG/0393.K7L", "５ＣＧ０３９３Ｋ７Ｌ"])
def test_a_serial_has_one_spelling(text: str) -> None:
    assert serial_key(text) == "5CG0393K7L"


NO_SERIALS = (
    *(None, "", "  ", "-", "N/A", "none", "Unknown", "To be filled by O.E.M.", "Default string", "0000000", "xxxxxxxx"),
    *("System Serial Number", "123456789", "12", "not specified", "Serial Number"),
)


@pytest.mark.parametrize("text", NO_SERIALS)
def test_a_placeholder_is_no_serial(text: str | None) -> None:
    assert serial_key(text) is None


def test_without_a_serial_it_is_the_asset() -> None:
    halo = Halo().has(asset(1, "n/a"), asset(2, "N/A"), asset(3))
    assert {device_id(None, id) for id in (1, 2, 3)} == halo.devices.keys()


def test_a_re_import_under_a_new_number_is_the_same_device() -> None:
    halo = Halo().has(asset(7, "5CG0393K7L"))
    before = halo.only.id
    halo.lost(7)
    assert (halo.only.state, halo.only.reason, halo.only.assets) == ("gone", "deleted", [7])
    halo.has(asset(19, "5cg-0393-k7l"))
    assert (halo.only.id, halo.only.state, halo.only.assets, halo.only.name) == (before, "active", [19], "Asset 19")


def test_renamed_or_given_another_serial_it_is_the_same_device() -> None:
    halo = Halo().has(asset(7))
    before = halo.only.id
    for changed in (asset(7, "S-0001"), asset(7, "S-0002"), replace(asset(7, "S-0002"), shown={"name": "New name"})):
        halo.has(changed)
    assert (halo.only.id, halo.only.serial, halo.only.name) == (before, "S0002", "New name")


def test_two_in_use_with_one_serial_are_one_device_in_conflict() -> None:
    halo = Halo().has(asset(7, "S-0001")).has(asset(9, "s0001", client_id=2))
    assert (halo.only.conflict, halo.only.asset, halo.only.portal_company) == ([7, 9], 7, "p1"), "shown as it was"
    halo.has(asset(7, "S-0001", inactive=True))
    assert (halo.only.conflict, halo.only.asset, halo.only.state) == ([], 9, "active"), "the other one is retired"


def test_of_several_the_one_that_was_imported_is_shown() -> None:
    halo = Halo(decided=Decided("acme", "c1", links=LINKED, types={12: AUTO}))
    halo.has(asset(7, "S-0001"), asset(9, "S-0001", type_id=13), asset(11, "S-0001", client_id=8))
    assert (halo.only.asset, halo.only.device_type, halo.only.conflict) == (7, "laptop", [7, 9, 11])


def test_one_that_turns_out_to_be_another_is_merged_and_parts_again() -> None:
    halo = Halo().has(asset(1), asset(2, "S-0001"))
    first, second = halo.of(1).id, halo.of(2).id
    halo.has(asset(1, "S-0001"))
    assert (halo.devices[first].state, halo.devices[first].merged_into) == ("merged", second)
    assert halo.devices[second].conflict == [1, 2]
    halo.has(asset(1, "S-0009"))
    assert (halo.of(1).id, halo.of(1).state, halo.of(1).merged_into) == (first, "active", None)
    assert halo.of(2).conflict == []


def test_serials_that_change_places_take_their_devices_along() -> None:
    halo = Halo().has(asset(1, "S-0001"), asset(2, "S-0002"))
    first, second = halo.of(1).id, halo.of(2).id
    halo.has(asset(1, "S-0002"), asset(2, "S-0001"))
    assert (halo.of(1).id, halo.of(2).id) == (second, first)


def test_what_was_not_read_is_not_lost() -> None:
    halo = Halo().has(asset(7, "S-0001"))
    bare = replace(asset(7, known=False), shown={"name": "New", "serial_number": None, "model": None})
    halo.has(bare)
    assert (halo.only.serial, halo.only.serial_number, halo.only.model) == ("S0001", "S-0001", "Model 7")
    halo.has(asset(8, "S-0001"))
    assert halo.only.assets == [7, 8], "the number known so far still counts"
    halo.lost(8).has(replace(bare, known=True))
    assert (halo.only.serial_number, halo.only.assets) == (None, [7]), "read, and there is none any more"
    halo.lost(7).has(asset(9, "S-0001"))
    assert halo.only.assets == [9], "the last number that it had still leads to it"


def test_it_follows_its_client_and_is_held_while_that_is_not_linked() -> None:
    halo = Halo().has(asset(7, "S-0001")).has(asset(7, "S-0001", client_id=2))
    assert (halo.only.client_id, halo.only.portal_company) == (2, "p2")
    halo.has(asset(7, "S-0001", client_id=3))
    assert (halo.only.state, halo.only.reason, halo.only.portal_company) == ("held", "client_not_linked", None)
    assert halo.has(asset(7, "S-0001", client_id=None)).only.reason == "no_client"
    back = halo.has(asset(7, "S-0001", client_id=1)).only
    assert (back.state, back.reason, back.portal_company) == ("active", None, "p1")
    halo.decide(links={})
    assert halo.only.state == "held"


def test_retired_and_gone_are_told_apart_and_come_back() -> None:
    halo = Halo().has(asset(7)).has(asset(7, inactive=True))
    assert halo.only.state == "retired"
    halo.lost(7, why="not_visible")
    assert (halo.only.state, halo.only.reason, halo.only.name) == ("gone", "not_visible", "Asset 7")
    assert (halo.has(asset(7)).only.state, halo.only.reason) == ("active", None)


def test_who_is_imported() -> None:
    """By Auto-Sync what is in use, by hand also what is not; never what is held back or ignored."""
    unmapped = TypeRule()
    halo = Halo().decide(types={12: AUTO, 13: unmapped, 14: TypeRule("x", ignored=True)}, chosen={2, 4, 5, 6})
    halo.has(asset(1), asset(2, inactive=True), asset(3, inactive=True), asset(4, type_id=13), asset(8, type_id=13))
    halo.has(asset(5, client_id=9), asset(6, type_id=14), asset(7, client_id=9), asset(9, type_id=None))
    assert {id for each in halo.devices.values() for id in each.assets} == {1, 2, 4}
    assert (halo.of(1).origin, halo.of(2).origin, halo.of(4).mapped) == ("auto_sync", "person", False)
    halo.decide(links={**LINKED, 9: "p9"}, types={12: AUTO})
    assert {id for each in halo.devices.values() for id in each.assets} == {1, 2, 4, 5, 6, 7}, "the choice has waited"


def test_it_follows_the_mapping_and_stays_without_one() -> None:
    halo = Halo().has(asset(7))
    assert (halo.only.device_type, halo.only.mapped) == ("laptop", True)
    halo.decide(types={12: TypeRule("tablet")})
    assert (halo.only.device_type, halo.only.mapped) == ("tablet", True)
    halo.decide(types={12: TypeRule(None)})
    assert (halo.only.device_type, halo.only.mapped, halo.only.state) == ("tablet", False, "active")
    halo.decide(types={12: TypeRule(None, ignored=True)})
    assert halo.only.state == "active", "ignoring a type takes nothing away"


IDS = st.integers(1, 6)
SERIALS = st.sampled_from([None, "N/A", "S-0001", "s0001", "S-0002", "S-0003"])
STEPS = st.one_of(
    st.tuples(st.just("has"), IDS, SERIALS, st.integers(1, 3), st.sampled_from([12, 13]), st.booleans(), st.booleans()),
    st.tuples(st.just("lost"), IDS),
    st.tuples(st.just("link"), st.integers(1, 3), st.booleans()),
    st.tuples(st.just("map"), st.sampled_from([12, 13]), st.sampled_from([None, "laptop", "tablet"]), st.booleans()),
    st.tuples(st.just("choose"), IDS),
)


def step(halo: Halo, what: tuple[Any, ...]) -> None:
    match what:
        case "has", id, serial, client, kind, inactive, known:
            halo.has(asset(id, serial, client_id=client, type_id=kind, inactive=inactive, known=known))
        case "lost", id:
            halo.lost(id)
        case "link", client, on:
            others = {each: company for each, company in halo.decided.links.items() if each != client}
            halo.decide(links={**others, client: f"p{client}"} if on else others)
        case "map", kind, device_type, ignored:
            rule = TypeRule(device_type, auto_sync=device_type is not None and not ignored, ignored=ignored)
            halo.decide(types={**halo.decided.types, kind: rule})
        case "choose", id:
            halo.decide(chosen=halo.decided.chosen | {id})


def once(values: Iterable[Any]) -> bool:
    found = list(values)
    return len(found) == len(set(found))


@given(st.lists(STEPS, max_size=25))
def test_whatever_happens_a_serial_is_one_device(steps: list[tuple[Any, ...]]) -> None:
    halo = Halo()
    for what in steps:
        before = {id: each.model_copy() for id, each in halo.devices.items()}
        step(halo, what)
        devices = list(halo.devices.values())
        assert before.keys() <= halo.devices.keys(), "nothing is deleted"
        assert once(each.serial for each in devices if each.serial)
        assert once(id for each in devices for id in each.assets)
        for each in devices:
            check(halo, each)
        held = {id for each in devices for id in each.assets}
        live = {each.serial for each in devices if each.serial and each.state not in ("gone", "merged")}
        for one in halo.assets.values():
            rule = halo.decided.rule(one.type_id)
            chosen = one.id in halo.decided.chosen or (rule.auto_sync and not one.inactive)
            if chosen and not rule.ignored and one.client_id in halo.decided.links:
                assert one.id in held, "imported, as decided"
            if one.serial in live:
                assert one.serial == halo.of(one.id).serial, "with the device of its serial"


def check(halo: Halo, device: Device) -> None:
    live = [halo.assets[id] for id in device.assets if id in halo.assets]
    if device.state in ("gone", "merged"):
        assert not live
        assert (device.merged_into in halo.devices) == (device.state == "merged")
        return
    assert len(live) == len(device.assets), "only live assets"
    shown = halo.assets[device.asset or 0]
    active = [each.id for each in live if not each.inactive]
    assert device.conflict == (sorted(active) if len(active) > 1 else [])
    assert device.portal_company == halo.decided.links.get(shown.client_id or 0)
    held = device.portal_company is None
    assert device.state == ("held" if held else "retired" if shown.inactive else "active")
    assert device.mapped == (halo.decided.rule(shown.type_id).device_type is not None)


@given(st.lists(STEPS, max_size=15), st.randoms(use_true_random=False))
def test_the_order_of_what_is_read_plays_no_part(steps: list[tuple[Any, ...]], order: Any) -> None:
    halo = Halo()
    for what in steps:
        step(halo, what)
    halo.decided = replace(halo.decided, links={1: "p1", 3: "p3"}, types={12: AUTO, 13: AUTO})
    assets, devices = list(halo.assets.values()), list(halo.devices.values())
    whole = {each.after.id: each.after for each in plan(assets, devices, halo.decided)}
    order.shuffle(assets)
    order.shuffle(devices)
    assert {each.after.id: each.after for each in plan(assets, devices, halo.decided)} == whole
