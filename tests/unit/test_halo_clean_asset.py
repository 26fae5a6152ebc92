"""Assets as Halo's rows say them: quirks end here, and a serial number means one machine."""

import string
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.asset_plan import plan_all_assets, plan_assets, plan_types
from connector.cursor import next_cursor
from connector.halo.clean import CleanError
from connector.halo.clean_asset import LONGEST_NAME, LONGEST_VALUE, MOST_FIELDS, asset
from connector.halo.clean_reference import asset_type
from connector.halo.serials import SERIAL_NAMES, plain, serial, serial_of
from connector.knowledge import Knowledge, learn
from connector.plan import Situation
from connector.settings import ConnectorSettings
from connector.source import Assets
from halobus.documents import StreamState
from halobus.messages import ReferenceItem
from halobus.runs import Checkpoint, Read
from halobus.streams import StreamName

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
SETTINGS = ConnectorSettings(kafka_bootstrap_servers="kafka:9092", mongodb_uri="mongodb://none")
ROW: dict[str, Any] = {
    "id": "50001", "inventory_number": "A050001", "key_field": " pc-1 ", "client_id": 12.0, "assettype_id": "101",
    "assettype_name": "Workstation", "site_id": 48, "username": "", "status_id": 1, "status_name": "Active",
    "inactive": False, "warranty_start": "1900-01-01T00:00:00", "warranty_end": "2027-05-01T00:00:00",
}  # fmt: skip


def field(name: Any, value: Any, display: Any = None, id: Any = 7) -> dict[str, Any]:
    return {"id": id, "name": name, "value": value, **({"display": display} if display is not None else {})}


def test_a_row_of_a_list_has_no_fields_and_says_so() -> None:
    cleaned = asset(ROW)
    assert cleaned.model_dump(exclude_none=True) == {
        "id": 50001, "inventory_number": "A050001", "name": "pc-1", "type_id": 101, "type_name": "Workstation",
        "client_id": 12, "site_id": 48, "status_id": 1, "status_name": "Active", "inactive": False,
        "warranty_end": datetime(2027, 5, 1, tzinfo=UTC), "with_fields": False, "fields": [],
    }  # fmt: skip
    assert asset(ROW, asked=True).with_fields, "a type may have no fields"
    assert asset({**ROW, "fields": []}).with_fields, "one that was read by its id"


def test_client_1_is_nobody_and_a_name_is_found() -> None:
    assert asset({**ROW, "client_id": 1}).client_id is None
    assert asset({**ROW, "key_field": ""}).name == "A050001"
    assert asset({**ROW, "key_field": None, "inventory_number": " "}).name == ""


def test_what_the_fields_say() -> None:
    fields = [
        field("Hostname", "pc-1"),
        field("Service Tag", "  ab 12\tcd "),
        field("Make", "3", "Dell"),
        field("Model Number", "Latitude 7440"),
        field("Expires", "1900-01-01T00:00:00", "1900-01-01T00:00:00"),
        field("Encrypted", True),
        field("Rack", {"odd": 1}),
        field(" ", "no name"),
        "no field",
    ]
    cleaned = asset({**ROW, "fields": fields})
    assert (cleaned.serial, cleaned.manufacturer, cleaned.model) == ("AB 12 CD", "Dell", "Latitude 7440")
    assert {one.name: one.value for one in cleaned.fields} == {
        "Hostname": "pc-1", "Service Tag": "ab 12\tcd", "Make": "Dell", "Model Number": "Latitude 7440",
        "Expires": None, "Encrypted": "yes", "Rack": None,
    }  # fmt: skip


def test_fields_are_bounded() -> None:
    fields = [field(f"{n} {'n' * 500}", "v" * 100_000) for n in range(500)]
    cleaned = asset({**ROW, "fields": fields})
    assert len(cleaned.fields) == MOST_FIELDS
    assert {(len(one.name), len(one.value or "")) for one in cleaned.fields} == {(LONGEST_NAME, LONGEST_VALUE)}
    assert len(cleaned.model_dump_json()) < 300_000, "a record has room for it"


@pytest.mark.parametrize("broken", [{"id": 0}, {"fields": "text"}, {"assettype_id": "laptop"}, {"warranty_end": 5}])
def test_what_can_not_be_read_is_named(broken: dict[str, Any]) -> None:
    with pytest.raises(CleanError) as error:
        asset({**ROW, **broken})
    assert error.value.field in broken


@pytest.mark.parametrize(
    "text",
    [None, "", "  ", "0", "000000", "N/A", "n.a.", "none", "NULL", "To Be Filled By O.E.M.", "To be filled by O.E.M",
     "-", "Default string", "System Serial Number", "unknown", "xxxxxxx", "123456789", "Not Specified", "OEM", "12",
     "x" * 200],
)  # fmt: skip
def test_what_identifies_no_machine_is_no_serial_number(text: str | None) -> None:
    assert serial(text) is None


@pytest.mark.parametrize(
    ("name", "counts"),
    [("Serial Number", True), ("SERIAL  number ", True), ("Serial No.", True), ("S/N", True), ("Service Tag", True),
     ("serial_number", True), ("Device Serial Number", True), ("Serial Port", False), ("Licence Serial Number", False),
     ("Serial Number of the battery", False), ("Model", False), ("IMEI", False)],
)  # fmt: skip
def test_which_fields_hold_it(name: str, counts: bool) -> None:
    assert (serial_of([(name, "7XK2P13")]) == "7XK2P13") is counts


def test_the_most_telling_field_that_says_something_counts() -> None:
    assert serial_of([("Service Tag", "TAG9"), ("Serial Number", "To be filled by O.E.M.")]) == "TAG9"
    assert serial_of([("Service Tag", "TAG9"), ("Serial Number", "SER9")]) == "SER9"
    assert serial_of([]) is None


LETTERS = st.text(alphabet=string.ascii_letters + string.digits + "-/. ", min_size=1, max_size=40)


@given(LETTERS)
def test_a_serial_number_is_one_however_it_is_written(text: str) -> None:
    number = serial(text)
    assert serial(f"\t{text}  ") == number
    assert serial(text.lower()) == serial(text.upper()) == number
    if number is not None:
        assert serial(number) == number
        assert len(set(plain(number))) > 1


@given(st.lists(st.tuples(st.text(max_size=30), st.none() | st.text(max_size=60)), max_size=8))
def test_whatever_the_fields_say_the_serial_number_is_one_of_theirs(fields: list[tuple[str, str | None]]) -> None:
    number = serial_of(fields)
    theirs = {serial(text) for name, text in fields if plain(name) in SERIAL_NAMES}
    assert number is None or number in theirs
    assert (number is None) == (theirs <= {None})


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
ANYTHING = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)
)


@given(st.lists(st.fixed_dictionaries({"name": ANYTHING, "value": ANYTHING, "display": ANYTHING, "id": ANYTHING})))
def test_no_field_costs_the_asset(fields: list[dict[str, Any]]) -> None:
    cleaned = asset({**ROW, "fields": fields})
    assert cleaned.id == 50001
    assert all(one.name.strip() for one in cleaned.fields)
    assert cleaned.model_dump_json()


def test_a_type_tells_its_group_and_its_fields() -> None:
    row = {
        "id": 102, "name": "Laptop", "assetgroup_id": 1, "assetgroup_name": "Computers", "keyfield_name": "Hostname",
        "keyfield2_name": "", "fields": [{"id": 1, "name": "Hostname"}, {"id": 2, "name": "RAM"}],
    }  # fmt: skip
    assert asset_type(row).attributes == {
        "group_id": 1, "group": "Computers", "key_fields": ["Hostname"], "fields": ["Hostname", "RAM"]
    }  # fmt: skip


def situation(**state: Any) -> Situation:
    return Situation(StreamName.ASSETS, StreamState(**state), 0, NOW, SETTINGS)


def told(reads: list[Read]) -> list[tuple[str, Any]]:
    return [(read.kind, read.types) for read in reads]


KNOWN = Knowledge(asset_types=frozenset({102, 101}))


def test_all_assets_are_read_type_by_type() -> None:
    assert told(plan_assets(situation(), KNOWN)) == [
        ("full", [101]),
        ("full", [102]),
        ("repair", None),
        ("census", None),
    ]
    assert told(plan_all_assets(situation(), KNOWN)) == [("full", [101]), ("full", [102]), ("repair", None)]
    assert told(plan_all_assets(situation(), Knowledge())) == [("full", None), ("repair", None)]


def test_what_changed_is_asked_for_over_all_types_first() -> None:
    recent = {"cursor": NOW, "full_read_at": NOW, "census_at": NOW}
    assert told(plan_assets(situation(**recent), KNOWN)) == [("incremental", None), ("repair", None)]
    daily = plan_assets(situation(**recent | {"census_at": None}), KNOWN)
    assert told(daily)[-1] == ("census", None)
    read = Read(stream=StreamName.ASSETS, kind="incremental", since=NOW)
    read.checkpoint = Checkpoint(shared=["asset type 9", "asset type 101"])
    assert [(one.since, one.types) for one in plan_types(read)] == [(NOW, [9]), (NOW, [101])]


def test_fields_are_asked_for_with_one_type_alone() -> None:
    source = Assets(None)
    everything = Read(stream=StreamName.ASSETS, kind="full")
    typed = everything.model_copy(update={"types": [101]})
    assert "includeassetfields" not in source.filters(everything)
    assert source.filters(typed).items() >= {"assettype_id": "101", "includeassetfields": True}.items()
    assert source.read_elsewhere(ROW, everything) == "asset type 101"
    assert source.read_elsewhere(ROW, typed) is None
    assert source.read_elsewhere({**ROW, "fields": []}, everything) is None, "it has what the other read would bring"
    assert source.read_elsewhere({**ROW, "assettype_id": -1}, everything) is None


def test_types_are_known_from_their_list() -> None:
    known = learn({"asset-types": [ReferenceItem(id=5, name="Laptop")]}, KNOWN)
    assert known.asset_types == {5}
    assert learn({}, KNOWN).asset_types == {101, 102}, "a list that was refused leaves what was known"


def test_rows_left_to_reads_of_their_types_move_the_cursor_as_well() -> None:
    read = Read(stream=StreamName.ASSETS, kind="incremental", date=NOW, elsewhere=2)
    before = NOW - timedelta(days=5)
    assert next_cursor(read, before, None) == NOW - timedelta(days=1)
    assert next_cursor(read.model_copy(update={"elsewhere": 0}), before, None) == before
