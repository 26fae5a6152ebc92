"""Cursors are opaque, survive the way to the caller and back, and anything else is refused."""

from base64 import urlsafe_b64encode
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard_api.paging import decode, encode, page
from wizard_api.problems import ProblemError


@given(st.datetimes(timezones=st.just(UTC)) | st.none(), st.integers(0, 2**53))
def test_round_trip(when: datetime | None, id: int) -> None:
    assert decode(encode((when, id)), (datetime, int)) == [when, id]


@pytest.mark.parametrize(
    "cursor",
    ["", "!", "e30", "bnVsbA", urlsafe_b64encode(b"[1]").decode(), urlsafe_b64encode(b'[{"at": 5}, 1]').decode(),
     encode(("x", 1)), encode((None,)), encode((None, 1, 2)), urlsafe_b64encode(b'[null, {"$gt": 1}]').decode()],
)  # fmt: skip
def test_a_cursor_that_is_none_of_ours_is_refused(cursor: str) -> None:
    with pytest.raises(ProblemError) as caught:
        decode(cursor, (datetime, int))
    assert caught.value.document.errors[0].field == "cursor"


def test_one_row_too_many_tells_that_there_is_more() -> None:
    rows = [{"_id": str(number)} for number in range(3)]
    shown = page(rows, 2, lambda row: row["_id"], lambda row: (row["_id"],))
    assert (shown.items, decode(shown.next or "", (str,))) == (["0", "1"], ["1"])
    assert page(rows, 3, lambda row: row["_id"], lambda row: (row["_id"],)).next is None
