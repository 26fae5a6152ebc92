import json
from dataclasses import replace

import pytest

from halobus.arrival import ERROR_LIMIT, Arrival, Reason, Reject
from halobus.decode import decode
from halobus.keys import RecordKey
from halobus.mapping import Mapping
from halobus.messages import REPLACE_REFERENCE, UNREADABLE, UPSERT_COMPANY, UPSERT_TICKET, Gone, Ticket
from halobus.publisher import Raw
from halobus.topics import RECORD_LIMIT
from support.records import TENANT, TRACE, but, consumed, gone, number, raw, reference, ticket, unreadable

TICKETS = Mapping(UPSERT_TICKET)
GOOD = ticket(5, number(3))


def test_a_good_record_keeps_key_version_run_and_trace() -> None:
    arrival = decode(consumed(GOOD), TICKETS)
    assert isinstance(arrival, Arrival)
    assert (arrival.key, arrival.version) == (RecordKey(TENANT, "c1", "5"), number(3))
    assert (arrival.origin.run, arrival.origin.trace) == ("run-1", TRACE)
    assert isinstance(arrival.message, Ticket)


def test_fields_of_a_later_version_are_ignored() -> None:
    assert isinstance(decode(consumed(ticket(5, invented="x")), TICKETS), Arrival)


def test_gone_is_read_by_every_service() -> None:
    for mapping in (TICKETS, Mapping(UPSERT_COMPANY), Mapping(REPLACE_REFERENCE, identity="name")):
        arrival = decode(consumed(gone(5, number())), mapping)
        assert isinstance(arrival, Arrival)
        assert isinstance(arrival.message, Gone)


def test_a_reference_list_is_known_by_its_name() -> None:
    mapping = Mapping(REPLACE_REFERENCE, identity="name")
    assert isinstance(decode(consumed(reference("teams", [])), mapping), Arrival)


POISON: dict[str, tuple[Raw, Reason, str]] = {
    "no key": (GOOD._replace(key=None), Reason.KEY, "no key"),
    "key that is no text": (GOOD._replace(key=b"\xff\xfe:c1:5"), Reason.KEY, "utf-8"),
    "key of two parts": (GOOD._replace(key=b"acme:5"), Reason.KEY, "tenant:connection:id"),
    "key of another tenant": (but(GOOD, ce_tenant="other"), Reason.KEY, "ce_tenant"),
    "no tenant": (but(GOOD, ce_tenant=None), Reason.KEY, "ce_tenant"),
    "key of another id": (GOOD._replace(key=b"acme:c1:6"), Reason.KEY, "id is not the id in the key"),
    "no version": (but(GOOD, ce_recordversion=None), Reason.HEADERS, "ce_recordversion"),
    "bad version": (but(GOOD, ce_recordversion="1.2.3"), Reason.HEADERS, "ce_recordversion"),
    "no type": (but(GOOD, ce_type=None), Reason.TYPE, "ce_type"),
    "type of another service": (but(GOOD, ce_type=UPSERT_COMPANY), Reason.TYPE, UPSERT_COMPANY),
    "no value": (GOOD._replace(value=None), Reason.VALUE, "no value"),
    "no JSON": (GOOD._replace(value=b"\x00\xff"), Reason.VALUE, "json_invalid"),
    "cut JSON": (GOOD._replace(value=b'{"id": 5, "summ'), Reason.VALUE, "json_invalid"),
    "a list": (GOOD._replace(value=b"[]"), Reason.VALUE, "value: model"),
    "wrong type": (ticket(5, status_id="open sesame"), Reason.VALUE, "status_id: int_parsing"),
    "missing field": (GOOD._replace(value=b"{}"), Reason.VALUE, "id: missing"),
    "too large": (ticket(5, details="x" * RECORD_LIMIT), Reason.SIZE, str(RECORD_LIMIT)),
    "unreadable": (unreadable(5, number()), Reason.UNREADABLE, "dateoccurred is not a time"),
}


@pytest.mark.parametrize("name", POISON)
def test_poison_is_a_reject_that_names_what_is_wrong(name: str) -> None:
    record, reason, words = POISON[name]
    found = decode(consumed(record), TICKETS)
    assert isinstance(found, Reject)
    assert found.reason == reason
    assert words in found.error


def test_a_reject_shows_nothing_of_the_value() -> None:
    found = decode(consumed(ticket(5, status_id="hunter2", team_id="hunter2", occurred="hunter2")), TICKETS)
    assert isinstance(found, Reject)
    assert "hunter2" not in found.error
    assert "occurred" in found.error


def test_many_problems_are_counted_and_the_text_is_cut() -> None:
    long = raw(UNREADABLE, "5", {"id": "5", "reason": "ü" * 2000, "row": ""}, number())
    found = decode(consumed(long), TICKETS)
    assert isinstance(found, Reject)
    assert ERROR_LIMIT - 1 <= len(found.error.encode()) <= ERROR_LIMIT
    body = dict.fromkeys(["status_id", "type_id", "sla_id", "team_id", "site_id", "user_id", "agent_id"], "x")
    many = decode(consumed(raw(UPSERT_TICKET, "5", {"id": 5, **body}, number())), TICKETS)
    assert isinstance(many, Reject)
    assert many.error.endswith("and 2 more")


def test_an_unreadable_row_over_the_limit_keeps_its_own_reason() -> None:
    body = {"id": "5", "reason": "the row has 2000000 bytes", "row": "x" * (RECORD_LIMIT + 1)}
    found = decode(consumed(raw(UNREADABLE, "5", body, number())), TICKETS)
    assert isinstance(found, Reject)
    assert found.reason == Reason.UNREADABLE


def test_what_can_be_read_of_a_reject_is_kept() -> None:
    unkeyed = decode(consumed(GOOD._replace(key=None)), TICKETS)
    unversioned = decode(consumed(but(GOOD, ce_recordversion="x")), TICKETS)
    assert isinstance(unkeyed, Reject)
    assert isinstance(unversioned, Reject)
    assert (unkeyed.origin.tenant, unkeyed.origin.key, unkeyed.origin.version) == (TENANT, None, number(3))
    assert (unversioned.origin.key, unversioned.origin.version) == (RecordKey(TENANT, "c1", "5"), None)


def test_headers_that_are_no_text_do_not_stop_the_line() -> None:
    record = consumed(GOOD)
    broken = replace(record, headers=(*record.headers, ("x", b"\xff"), ("y", None)))
    assert isinstance(decode(broken, TICKETS), Arrival)


def test_deeply_nested_json_is_a_reject() -> None:
    deep = json.dumps({"id": 5, "categories": None}).replace("null", "[" * 3000 + "]" * 3000)
    assert isinstance(decode(consumed(GOOD._replace(value=deep.encode())), TICKETS), Reject)
