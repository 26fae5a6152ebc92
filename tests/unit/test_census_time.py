"""When the next census is due."""

from datetime import UTC, datetime, timedelta

from connector.census_time import AGAIN_AFTER, census_time
from connector.plan import CENSUS_EVERY
from halobus.runs import Read
from halobus.streams import StreamName

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
BEFORE = NOW - timedelta(days=3)


def census(requests: int = 4, total: int | None = 10) -> Read:
    return Read(stream=StreamName.TICKETS, kind="census", requests=requests, total=total)


def test_one_that_proved_something_is_done() -> None:
    assert census_time([census()], BEFORE, NOW) == NOW
    assert census_time([census(total=0)], BEFORE, NOW) == NOW, "Halo has none"


def test_one_whose_list_could_not_be_trusted_is_due_again_in_an_hour() -> None:
    done = census_time([census(total=None)], BEFORE, NOW)
    assert done is not None
    assert done + CENSUS_EVERY == NOW + AGAIN_AFTER


def test_none_or_one_that_was_left_out_changes_nothing() -> None:
    incremental = Read(stream=StreamName.TICKETS, kind="incremental", requests=2)
    assert census_time([incremental, census(requests=0, total=None)], BEFORE, NOW) == BEFORE
    assert census_time([], None, NOW) is None
