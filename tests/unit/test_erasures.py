"""What a consumer makes of records of erased persons."""

from halobus.arrival import Arrival, Reject
from halobus.decode import decode
from halobus.erasures import REASON, Erased, without
from halobus.mapping import Mapping
from halobus.messages import UPSERT_CONTACT, UPSERT_TICKET, Ticket
from halobus.publisher import Raw
from halobus.streams import StreamName
from support.records import consumed, number, raw, ticket

ANA = frozenset([("acme", "c1", "5")])
CONTACTS, TICKETS = Mapping(UPSERT_CONTACT), Mapping(UPSERT_TICKET)


def contact(id: int, **fields: object) -> Raw:
    return raw(UPSERT_CONTACT, str(id), {"id": id, "name": "Ana", **fields}, number(7))


def read(record: Raw, mapping: Mapping) -> Arrival | Reject:
    return decode(consumed(record), mapping)


def test_their_record_becomes_a_stub_of_its_version_without_content() -> None:
    for record in (contact(5), contact(5, client_id="no number")):
        made = without(read(record, CONTACTS), ANA, StreamName.CONTACTS)
        assert isinstance(made, Erased)
        stub = made.stub()
        assert (str(stub.key), stub.version, stub.state, stub.reason) == ("acme:c1:5", number(7), "scope", REASON)
        assert (stub.content, stub.hidden, stub.run) == ({}, {}, "run-1")


def test_their_tickets_lose_name_and_address_and_nothing_else() -> None:
    made = read(ticket(1, user_id=5, user_name="Ana", user_email="ana@x.test", details="kept"), TICKETS)
    cleaned = without(made, ANA, StreamName.TICKETS)
    assert isinstance(cleaned, Arrival)
    assert isinstance(cleaned.message, Ticket)
    assert (cleaned.message.user_id, cleaned.message.user_name, cleaned.message.user_email) == (5, None, None)
    assert (cleaned.message.details, cleaned.version) == ("kept", made.origin.version)


def test_others_and_other_streams_of_the_same_number_stay_as_they_are() -> None:
    for record, mapping, stream in (
        (contact(6), CONTACTS, StreamName.CONTACTS),
        (ticket(5, user_id=6, user_name="Bo"), TICKETS, StreamName.TICKETS),
        (ticket(5, user_id=None), TICKETS, StreamName.TICKETS),
        (ticket(5, tenant="globex", user_id=5, user_name="Cy"), TICKETS, StreamName.TICKETS),
        (contact(5)._replace(key=None), CONTACTS, StreamName.CONTACTS),
    ):
        made = read(record, mapping)
        assert without(made, ANA, stream) is made
