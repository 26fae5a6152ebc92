"""Cleaning: Halo's quirks end here, and nothing but a model or a CleanError comes out, whatever came in."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.halo import clean_reference
from connector.halo.clean import CleanError, to_bool, to_id, to_int, to_text, to_time
from connector.halo.clean_company import company
from connector.halo.clean_contact import contact, kind_of
from connector.halo.clean_ticket import ticket
from connector.halo.lists import REFERENCE_LISTS
from halobus.addresses import address_of
from halobus.keys import RecordKey
from halobus.messages import Message
from sync_crm.people import no_person

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters())
    | st.sampled_from(["21", "21.0", "-1", "1900-01-01T00:00:00", "9999-12-31T23:59:59-12:00", "\ud800", "a\x00b", ""]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
_NAMES = """
    id name summary details status_id tickettype_id sla_id priority_id client_id site_id user_id user_name user_email
    useremail team agent_id category_1 category2 parent_id onhold dateoccurred dateclosed lastactiondate last_update
    lastupdate respondbydate fixbydate toplevel_id toplevel_name inactive ref customertype accountmanagertech notes
    department_id department_name sequence colour slaid priorityid ishidden outcome value type_id email isapiagent
    isdisabled active hidden systemuse firstname surname title emailaddress phonenumber mobilenumber site_id_int
    linked_agent_id isserviceaccount is_prospect isimportantcontact
"""
FIELDS = _NAMES.split()
ROWS = st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=12) | JSON
STEP = st.dictionaries(st.sampled_from(["id", "step_id", "name", "isstart", "probabilityoverridevalue"]), JSON)


@pytest.mark.parametrize("value", [21, 21.0, "21", "21.0", " 21 "])
def test_ids_in_every_spelling(value: Any) -> None:
    assert to_int(value, "id") == 21


@pytest.mark.parametrize("value", [-1, 0, "-1", -1.0, None, ""])
def test_unset_ids(value: Any) -> None:
    assert to_id(value, "sla_id") is None


@pytest.mark.parametrize("value", [True, 21.5, "21.5", "x", [], {}, float("nan"), float("inf"), 2**63, "9" * 19, "٢١"])
def test_what_is_no_id(value: Any) -> None:
    with pytest.raises(CleanError, match=r"^sla_id "):
        to_id(value, "sla_id")


@pytest.mark.parametrize(
    ("text", "offset", "expected"),
    [
        ("2026-03-01T12:00:00", 0, datetime(2026, 3, 1, 12, tzinfo=UTC)),
        ("2026-03-01T12:00:00", 60, datetime(2026, 3, 1, 11, tzinfo=UTC)),
        ("2026-03-01T12:00:00Z", 60, datetime(2026, 3, 1, 12, tzinfo=UTC)),
        ("2026-03-01T12:00:00+02:00", 0, datetime(2026, 3, 1, 10, tzinfo=UTC)),
        ("2026-03-01T12:00:00.1234567", 0, datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)),
        ("2026-03-01", 0, datetime(2026, 3, 1, tzinfo=UTC)),
        ("1900-01-01T00:00:00", 0, None),
        ("0001-01-01T00:00:00", -600, None),
        ("1980-12-31T23:59:59", 0, None),
        ("", 0, None),
        (None, 0, None),
    ],
)
def test_times(text: Any, offset: int, expected: datetime | None) -> None:
    assert to_time(text, "dateclosed", offset) == expected


@pytest.mark.parametrize("value", ["yesterday", 17, "9999-12-31T23:59:59-12:00", "2026-13-01T00:00:00", True])
def test_what_is_no_time(value: Any) -> None:
    with pytest.raises(CleanError, match=r"^dateclosed "):
        to_time(value, "dateclosed")


def test_texts() -> None:
    assert to_text("a\x00b\ud800", "summary") == "ab\ufffd"
    assert to_text(None, "summary") == ""
    assert to_text(17, "summary") == "17"
    assert to_bool("true", "onhold") is True
    assert to_bool(0, "onhold") is False


def test_a_ticket_with_every_quirk() -> None:
    row = {
        "id": "1001", "summary": "Printer", "details": None, "status_id": 21.0, "tickettype_id": "1", "sla_id": "-1",
        "priority_id": 0, "client_id": 1, "site_id": 95.0, "user_id": -1, "user_name": " ", "useremail": "a@b.example",
        "team": "Service Desk", "agent_id": 1, "category_1": "Hardware>Laptop", "category3": "Onsite", "parent_id": 0,
        "onhold": False, "dateclosed": "1900-01-01T00:00:00", "lastupdate": "2026-03-01T12:00:00",
    }  # fmt: skip
    clean = ticket(row, {"Second Line": 3})
    assert (clean.id, clean.status_id, clean.type_id, clean.sla_id, clean.priority_id) == (1001, 21, 1, None, None)
    assert (clean.client_id, clean.site_id, clean.user_id, clean.agent_id, clean.parent_id) == (
        None,
        95,
        None,
        None,
        None,
    )
    assert (clean.user_name, clean.user_email) == (None, "a@b.example")
    assert (clean.team, clean.team_id) == ("Service Desk", None)
    assert clean.categories == ["Hardware>Laptop", None, "Onsite", None]
    assert clean.closed is None
    assert clean.last_update == datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert ticket(row, {"Service Desk": 1}).team_id == 1
    assert ticket(row, {}, team_id=2).team_id == 2


def test_a_contact_with_every_quirk() -> None:
    row = {
        "id": 643.0, "name": " ", "firstname": "Ada", "surname": "Abbott ", "title": "", "phonenumber": None,
        "emailaddress": " Ada.Abbott@Client.Example ", "mobilenumber": " +44 7700 ", "inactive": "true",
        "site_id": 95.0, "client_id": 12, "linked_agent_id": -1, "isimportantcontact": 1,
    }  # fmt: skip
    clean = contact(row)
    assert (clean.id, clean.site_id, clean.client_id, clean.name) == (643, 95, 12, "Ada Abbott")
    assert (clean.title, clean.phone, clean.mobile) == (None, None, "+44 7700")
    assert (clean.email, clean.email_problem, clean.kind) == ("ada.abbott@client.example", None, "person")
    assert (clean.inactive, clean.important, clean.last_update) == (True, True, None)
    assert contact({**row, "site_id_int": 96}).site_id == 96
    blank, invalid = contact({**row, "emailaddress": " "}), contact({**row, "emailaddress": "n/a"})
    assert (blank.email, blank.email_problem, invalid.email, invalid.email_problem) == (None, "blank", None, "invalid")


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("a@b.example", "a@b.example"),
        ("Chloé.O'Dea+x@Müller-Söhne.example", "chloé.o'dea+x@müller-söhne.example"),
        *((text, None) for text in ("a@b", "@b.example", "a@b@c.example", "a b@c.example", ".a@b.example", "n/a")),
        *((text, None) for text in ("a.@b.example", "a..b@c.example", "a@-b.example", "a@b..example")),
        *((text, None) for text in ("A <a@b.example>", "a" * 65 + "@b.example")),
        ("a@" + "b." * 150 + "example", None),
        (None, None),
    ],
)  # fmt: skip
def test_addresses(text: str | None, address: str | None) -> None:
    assert address_of(text) == address


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        ({"name": "General User", "linked_agent_id": 5}, "general_user"),
        ({"name": " general user "}, "general_user"),
        ({"name": "General Userman", "linked_agent_id": 1}, "person"),
        ({"linked_agent_id": 5.0, "is_prospect": True}, "agent"),
        ({"linked_agent_id": -1, "isserviceaccount": 1}, "service_account"),
        ({"is_prospect": "true"}, "prospect"),
        ({}, "person"),
    ],
)
def test_who_is_a_person(row: dict[str, Any], kind: str) -> None:
    assert kind_of(row) == kind
    stored = contact({"id": 1, "firstname": "A", **row}).model_dump()
    assert no_person(RecordKey("acme", "c1", "1"), stored) == (None if kind == "person" else kind)


def test_an_error_names_the_field_and_not_the_content() -> None:
    with pytest.raises(CleanError) as caught:
        ticket({"id": 1, "status_id": "Jane Doe's phone"}, {})
    assert str(caught.value) == "status_id is no whole number but a str"


def test_priorities_are_known_by_their_sla() -> None:
    row = {
        "id": "c183eb27-1111-2222-3333-444455556666",
        "slaid": 2,
        "priorityid": 1,
        "name": "Urgent",
        "ishidden": False,
    }
    item = clean_reference.priority(row)
    assert (item.id, item.attributes) == ("2:1", {"sla_id": 2, "priority_id": 1})


def cleaned(clean: Callable[[], Message]) -> Message | None:
    """The model, which can be published and stored; None where the row was refused. Anything else is a defect."""
    try:
        item = clean()
    except CleanError:
        return None
    assert type(item).model_validate_json(item.model_dump_json()) is not None
    return item


@given(ROWS, st.integers(-840, 840))
def test_any_row_is_a_ticket_or_an_error(row: Any, offset: int) -> None:
    cleaned(lambda: ticket(row, {"a": 1}, offset_minutes=offset))


@given(ROWS)
def test_any_row_is_a_company_or_an_error(row: Any) -> None:
    cleaned(lambda: company(row))


@given(ROWS)
def test_any_row_is_a_contact_or_an_error(row: Any) -> None:
    cleaned(lambda: contact(row))


@given(JSON | st.text())
def test_an_address_cleans_to_itself_or_is_none(text: Any) -> None:
    found = address_of(text) if isinstance(text, str) else None
    assert found is None or address_of(found) == found


@given(st.sampled_from(sorted(REFERENCE_LISTS)), ROWS, st.lists(STEP | JSON, max_size=2) | JSON)
def test_any_row_is_a_reference_item_or_an_error(name: Any, row: Any, parts: Any) -> None:
    source = REFERENCE_LISTS[name]
    if isinstance(row, dict):
        row = {**row, "stages": parts, "steps": parts}
    cleaned(lambda: source.row(row, source.requests[0][1]))
