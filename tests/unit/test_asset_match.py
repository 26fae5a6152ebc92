"""Quick Match of asset types as a policy: what is certain, what is offered, and what is never guessed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard_api.asset_match import OFFERED, match
from wizard_api.asset_names import meaning, plain
from wizard_api.device_types import BUILT_IN, own_id

CERTAIN = {
    "Laptop": "laptop",
    "LAPTOPS": "laptop",
    "lap-top": None,
    "Notebooks": "laptop",
    "Desktop PC": "workstation",
    "Work Station": None,
    "servers": "server",
    "Network Devices": "network-device",
    "Network  Switch": "switch",
    "Switches": "switch",
    "Wireless Access Points": "access-point",
    "VoIP Phones": "phone",
    "Monitors": "monitor",
    "U.P.S.": None,
    "UPS": "ups",
    "iPad": "tablet",
    "Others": "other",
    "Virtual Machines": "virtual-machine",
}


@pytest.mark.parametrize("name", CERTAIN)
def test_similar_names(name: str) -> None:
    assert match(name, BUILT_IN).certain == CERTAIN[name]


@pytest.mark.parametrize(
    ("name", "candidates"),
    [
        ("Network Printer", {"printer", "network-device"}),
        ("Laptop / Tablet", {"laptop", "tablet"}),
        ("Mobile Phone", {"mobile", "phone"}),
        ("Windows Server", {"server"}),
        ("lap-top", {"laptop"}),
        ("Workstaton", {"workstation"}),
    ],
)
def test_what_is_not_certain_is_offered(name: str, candidates: set[str]) -> None:
    found = match(name, BUILT_IN)
    assert (found.certain, set(found.candidates)) == (None, candidates)


@pytest.mark.parametrize("name", ["Fridge", "Coffee Machine 3000", "Device", "Other Equipment", "", "---", "冷蔵庫"])
def test_what_nothing_is_like(name: str) -> None:
    found = match(name, {id: each for id, each in BUILT_IN.items() if id != "virtual-machine"})
    assert (found.certain, found.candidates) == (None, ())


def test_two_of_one_name_are_never_guessed() -> None:
    types = {"own-1": "Till", "own-2": "Tills", "laptop": "Laptop"}
    assert match("TILL", types).candidates == ("own-1", "own-2")
    assert match("TILL", types).certain is None


def test_the_very_name_goes_before_a_synonym() -> None:
    assert match("Desktops", {**BUILT_IN, "own-1": "Desktop"}).certain == "own-1"
    assert match("PC", {**BUILT_IN, "own-1": "Desktop"}).certain is None, "a Desktop and a Workstation are both one"


def test_a_device_types_own_id_is_the_same_however_it_is_written() -> None:
    assert own_id("Cash Register") == own_id("CASH  registers")
    assert own_id("冷蔵庫") != own_id("洗濯機")


NAMES = st.text(st.sampled_from("Laptop Servers-é&1 冷"), max_size=12)


@given(NAMES)
def test_what_is_compared_is_settled(name: str) -> None:
    assert plain(plain(name)) == plain(name)
    assert meaning(meaning(name)) == meaning(name)


@given(NAMES, st.dictionaries(st.sampled_from("abcdef"), NAMES, max_size=6))
def test_certain_means_one_alone(name: str, types: dict[str, str]) -> None:
    found = match(name, types)
    assert found == match(name, dict(reversed(types.items()))), "the order plays no part"
    assert len(found.candidates) <= OFFERED
    if found.certain is not None:
        assert found.candidates == ()
        assert meaning(types[found.certain]) == meaning(name)
        assert [id for id in types if plain(types[id]) == plain(name)] in ([found.certain], [])
