"""Halo's errors: its words out of every body, the class, the remedy, and never a secret."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.halo.errors import classify, http_date, retry_after
from connector.halo.hiding import forms
from connector.halo.words import LIMIT, words

WHERE = "GET /Tickets"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('{"resultCode": 400, "errorMessage": "No client"}', "No client"),
        ('{"ClassName": "System.Exception", "Message": "Boom", "Data": null}', "Boom"),
        ('{"Message": "Not allowed"}', "Not allowed"),
        ('{"error": "invalid_client"}', "invalid_client"),
        ('{"error": "invalid_scope", "error_description": "Not yours"}', "invalid_scope: Not yours"),
        (
            '{"[0].id": ["Not valid.", "Too long."], "name": ["Missing"]}',
            "[0].id: Not valid.; Too long.. name: Missing",
        ),
        ('{"problem": {"detail": "odd"}}', '{"problem": {"detail": "odd"}}'),
        ('"A JSON text"', "A JSON text"),
        ("An Outcome must be entered for this Action", "An Outcome must be entered for this Action"),
        ("<html><head><title>x</title></head><body><h1>502</h1><p>Bad &amp; gone</p></body></html>", "502 Bad & gone"),
        ('{"Message": "<b>Bold</b> claim"}', "Bold claim"),
        ('{"Message": "line\\nline\\u0000"}', "line line"),
        ("", None),
        ("  \n ", None),
    ],
)
def test_halos_words(body: str, said: str | None) -> None:
    assert words(body) == said


def test_long_words_are_cut() -> None:
    said = words("x" * 100_000)
    assert said is not None
    assert len(said) == LIMIT


@given(st.text(max_size=2000))
def test_any_body_gives_one_short_line(body: str) -> None:
    said = words(body)
    assert said is None or (0 < len(said) <= LIMIT and "\n" not in said)


@pytest.mark.parametrize("body", ['{"Message": "you sent s3cret"}', "s3cret", "<html>s3cret</html>", '{"x": "s3cret"}'])
def test_a_secret_that_halo_repeats_is_taken_out(body: str) -> None:
    error = classify(400, {}, body, WHERE, ("s3cret", ""))
    assert "s3cret" not in str(error) + repr(error) + error.problem.model_dump_json()
    assert "[hidden]" in (error.problem.halo or "")


SECRET = 's3c/r+t&<b>"é'
"""One that looks different wherever it is quoted."""


@pytest.mark.parametrize("quoted", sorted(forms(SECRET)))
@pytest.mark.parametrize("body", ['{"Message": "you sent %s"}', "client_secret=%s", "<html><p>%s</p></html>"])
def test_a_secret_that_halo_quotes_in_another_form_is_taken_out(body: str, quoted: str) -> None:
    said = classify(500, {}, body % quoted, WHERE, (SECRET,)).problem.halo or ""
    assert "[hidden]" in said
    assert [form for form in forms(SECRET) if form in said] == []


def test_no_half_of_a_secret_is_left_where_words_are_cut() -> None:
    for before in range(LIMIT - 12, LIMIT + 1):
        assert "s3c" not in (words("x" * before + SECRET, (SECRET,)) or "")


@pytest.mark.parametrize(
    ("status", "body", "kind", "transient"),
    [
        (400, "{}", "validation", False),
        (400, "Operation is not valid due to the current state of the object", "outage", True),
        (401, "", "credentials", False),
        (403, "", "permission", False),
        (404, "{}", "validation", False),
        (404, "<!DOCTYPE html>", "address", False),
        (429, "Rate Limit Reached", "rate_limit", False),
        (500, "", "outage", True),
        (503, "<html>", "outage", True),
        (301, "", "address", False),
    ],
)
def test_classes(status: int, body: str, kind: str, transient: bool) -> None:
    error = classify(status, {}, body, WHERE)
    assert (error.kind, error.transient, error.status) == (kind, transient, status)
    assert error.problem.title
    assert error.problem.remedy


def test_a_redirect_names_the_host_alone() -> None:
    error = classify(302, {"Location": "https://user:pw@elsewhere.example/login?token=abc"}, "", WHERE)
    assert error.problem.title == "The Halo URL leads to another address"
    assert "elsewhere.example" in error.problem.detail
    assert "abc" not in error.problem.detail
    assert "pw" not in error.problem.detail


def test_retry_after_in_seconds_and_as_a_date() -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    assert classify(429, {"Retry-After": "17"}, "", WHERE).retry_after == 17
    assert retry_after({"retry-after": later}) == pytest.approx(90, abs=5)
    assert retry_after({"retry-after": "Sun, 06 Nov 1994 08:49:37 GMT"}) == 0


@given(st.text(max_size=60))
def test_any_header_is_read_or_none(text: str) -> None:
    seconds, moment = retry_after({"retry-after": text}), http_date(text)
    assert seconds is None or seconds >= 0
    assert moment is None or moment.tzinfo is not None
