"""Which records may live: the rule that consumers, owners and the operator's commands share."""

from hypothesis import given
from hypothesis import strategies as st

from halobus.presence import Presence
from halobus.streams import StreamName
from halobus.version import Version

RAISED = 1_700_000_000_000


def at(generation: int, n: int = 1) -> str:
    return str(Version(generation, 5, n))


def deleted() -> Presence:
    """A connection whose tickets were deleted when their generation became ``RAISED``."""
    return Presence("acme", "c1", None, frozenset(["c1"]), {"c1": {StreamName.TICKETS: RAISED}})


def test_only_the_present_connection_holds_records() -> None:
    presence = Presence("acme", "c2")
    assert presence.holds("c2", StreamName.TICKETS, at(0))
    assert presence.holds("c2", StreamName.TICKETS, None)
    assert not presence.holds("c1", StreamName.TICKETS, at(10 * RAISED))
    assert not Presence("acme", None).holds("c1", StreamName.TICKETS, at(10 * RAISED)), "none: erased, or never one"


@given(st.integers(0, 2 * RAISED), st.integers(0, 10**9))
def test_what_was_read_before_a_deletion_is_held_never_again(generation: int, n: int) -> None:
    version = str(Version(generation, 5, n))
    assert deleted().holds("c1", StreamName.TICKETS, version) == (generation >= RAISED)
    assert deleted().holds("c1", StreamName.COMMENTS, version) == (generation >= RAISED), "comments go with tickets"
    assert deleted().holds("c1", StreamName.COMPANIES, version), "each stream by its own generation"


def test_a_record_without_a_version_is_refused_while_the_data_goes() -> None:
    assert not deleted().holds("c1", StreamName.TICKETS, None)
    again = Presence("acme", "c1", None, frozenset(), {"c1": {StreamName.TICKETS: RAISED}})
    assert again.holds("c1", StreamName.TICKETS, None), "connected again"
    assert not again.holds("c1", StreamName.TICKETS, at(RAISED - 1))
