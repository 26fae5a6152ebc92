"""What can go wrong with Halo, classed and explained to an admin, with Halo's own words (promise 9)."""

import re
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from connector.halo.words import looks_like_html, words
from halobus.runs import Problem

INVALID_STATE = "Operation is not valid due to the current state of the object"
"""Halo says this now and then of requests that are fine: it is an outage in disguise."""
API_PAGE = "Halo: Configuration > Integrations > Halo PSA API"


class HaloError(Exception):
    """A request that Halo, or the way to it, did not serve. The text holds no secret, token, header or request body.

    ``retry_after``: seconds that Halo asks us to wait. ``transient``: the same request may work in a moment.
    ``reached``: Halo may have got the request, whatever came back; False where certainly not.
    """

    def __init__(
        self, problem: Problem, *, retry_after: float | None = None, transient: bool = False, reached: bool = True
    ) -> None:
        super().__init__(": ".join(part for part in (problem.title, problem.halo or problem.detail) if part))
        self.problem = problem
        self.retry_after = retry_after
        self.transient = transient
        self.reached = reached

    @property
    def kind(self) -> str:
        """The class: credentials, permission, validation, rate_limit, outage, address or setup."""
        return self.problem.kind

    @property
    def status(self) -> int | None:
        """Halo's HTTP status, None where there was no answer."""
        return self.problem.status


def classify(
    status: int, headers: Mapping[str, str], body_text: str, where: str, hide: Collection[str] = ()
) -> HaloError:
    """The error behind an answer that is no success. ``where`` is method and path, e.g. ``GET /Tickets``."""
    said = words(body_text, hide)
    lowered = {name.lower(): value for name, value in headers.items()}
    if 300 <= status < 400:
        return redirected(status, lowered.get("location", ""), where)
    if INVALID_STATE.lower() in body_text.lower() or status >= 500:
        return HaloError(_outage(status, where, said), retry_after=retry_after(lowered), transient=True)
    if status == 429:
        return HaloError(_rate_limit(where, said), retry_after=retry_after(lowered))
    if status == 404 and looks_like_html(body_text):
        return HaloError(not_halo(where, said, status))
    return HaloError(_refusal(status, where, said))


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds of a ``Retry-After`` header (seconds or an HTTP date; names in lower case), None where absent or odd."""
    value = headers.get("retry-after", "").strip()
    if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,6})?", value):
        return float(value)
    moment = http_date(value)
    return None if moment is None else max(0.0, (moment - datetime.now(UTC)).total_seconds())


def http_date(text: str) -> datetime | None:
    """An HTTP date as aware UTC, or None for anything else."""
    try:
        moment = parsedate_to_datetime(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (TypeError, ValueError, OverflowError, IndexError):
        return None


def redirected(status: int, location: str, where: str) -> HaloError:
    """An answer that sends us elsewhere; nothing is followed, since the token would go along."""
    host = urlsplit(location).netloc.rpartition("@")[2][:200] if location.isprintable() else ""
    return HaloError(
        Problem(
            kind="address",
            title="The Halo URL leads to another address",
            detail=f"{where} was answered with a redirect to {host or 'another page'}, which is not followed.",
            remedy="Open Halo in the browser, sign in, and copy the address up to the first / into Halo URL.",
            status=status,
        )
    )


def not_halo(where: str, said: str | None, status: int) -> Problem:
    """A web page where Halo's API should be."""
    return Problem(
        kind="address",
        title="This address does not answer as Halo's API",
        detail=f"{where} was answered with a web page instead of data.",
        remedy="Check Halo URL: the Resource Server without /api, as shown in " + API_PAGE + ".",
        halo=said,
        status=status,
    )


def unreadable(where: str, status: int, body_text: str, hide: Collection[str] = ()) -> HaloError:
    """A success whose body is no JSON: a web page (a wrong address), or JSON that was cut off (an outage)."""
    if looks_like_html(body_text):
        return HaloError(not_halo(where, words(body_text, hide), status))
    return HaloError(
        Problem(
            kind="outage",
            title="Halo's answer was incomplete",
            detail=f"The answer to {where} is not readable as JSON ({len(body_text)} characters came).",
            remedy="It is tried again by itself. If it stays, ask Halo's support about this request.",
            status=status,
        ),
        transient=True,
    )


def unexpected(where: str, what: str, status: int | None = None) -> HaloError:
    """A well-formed answer that is not what this request is answered with."""
    return HaloError(
        Problem(
            kind="outage",
            title="Halo answered something unexpected",
            detail=f"{where}: {what}.",
            remedy="Check that Halo URL is the address of Halo itself; if it is, report this to support.",
            status=status,
        )
    )


def _outage(status: int, where: str, said: str | None) -> Problem:
    return Problem(
        kind="outage",
        title="Halo is having trouble",
        detail=f"{where} was answered with status {status}.",
        remedy="Nothing to do: it is tried again by itself. If it stays, look at Halo's status page.",
        halo=said,
        status=status,
    )


def _rate_limit(where: str, said: str | None) -> Problem:
    return Problem(
        kind="rate_limit",
        title="Halo's request limit is reached",
        detail=f"{where} was refused: Halo allows so many requests in a rolling window, over all its integrations.",
        remedy="Nothing to do: the read goes on when there is room. Other integrations of the same Halo count as well.",
        halo=said,
        status=429,
    )


def _refusal(status: int, where: str, said: str | None) -> Problem:
    """401, 403, 404 and 400, and whatever else is refused for good."""
    if status == 401:
        return Problem(
            kind="credentials",
            title="Halo does not accept the token",
            detail=f"{where} was refused. The secret was changed, or the application has no permissions.",
            remedy=f"Test the connection again; check the application's permissions in {API_PAGE}.",
            halo=said,
            status=status,
        )
    if status == 403:
        return Problem(
            kind="permission",
            title=f"Halo does not allow {where}",
            detail="The application or the agent that it logs in as lacks a permission.",
            remedy=f"Compare the application's permissions with the guide's table ({API_PAGE}), and the agent's role.",
            halo=said,
            status=status,
        )
    title = f"Halo does not find {where}" if status == 404 else f"Halo refused {where}"
    remedy = "Halo's words say what is wrong. If they don't help, report this to support."
    return Problem(kind="validation", title=title, detail=f"Status {status}.", remedy=remedy, halo=said, status=status)
