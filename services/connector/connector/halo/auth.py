"""Tokens by client credentials: one cache a connection, one fetch in flight, renewed before they end."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from connector.halo.endpoints import Addresses
from connector.halo.errors import API_PAGE, HaloError, classify
from connector.halo.scopes import SCOPES, Granted, ScopeError, negotiate
from connector.halo.wire import Answer, Wire
from connector.halo.words import error_code, looks_like_html, words
from halobus.runs import Problem
from halobus.seal import Credential

WHERE = "POST /token"
SKEW = timedelta(seconds=60)
_DEFAULT_LIFE = 600.0
_LONGEST_LIFE = 24 * 3600.0


@dataclass(frozen=True)
class Token:
    """``scopes``: what Halo says the token is good for, None where it does not say."""

    value: str = field(repr=False)
    expires: datetime
    scopes: tuple[str, ...] | None


class Tokens:
    """The token of one connection. ``credential`` is called at each fetch; nothing of it is kept."""

    def __init__(
        self, wire: Wire, addresses: Addresses, credential: Callable[[], Credential], scopes: Sequence[str] = SCOPES
    ) -> None:
        self._wire = wire
        self._url = addresses.token_url
        self._credential = credential
        self._scopes = tuple(scopes)
        self._lock = asyncio.Lock()
        self._held: Granted[Token] | None = None

    async def value(self, *, refused: str | None = None) -> str:
        """A token that should work. ``refused``: one that Halo answered 401 to, so the cache is not believed."""
        return (await self.granted(refused=refused)).answer.value

    async def granted(self, *, refused: str | None = None) -> Granted[Token]:
        """The token with what was asked for and what the application lacks. HaloError where there is none to be had."""
        async with self._lock:
            held = self._held
            if held is None or held.answer.value == refused or held.answer.expires - SKEW <= self._wire.clock.now():
                held = await negotiate(self._fetch, self._scopes)
                self._held, self._scopes = held, held.asked
            return held

    def hidden(self, token: str) -> tuple[str, str]:
        """What an error must not repeat, whatever Halo quotes: this token and the secret behind it."""
        return token, self._credential().client_secret

    async def _fetch(self, scopes: Sequence[str]) -> Token:
        """One token. It spends of the interactive reserve, for an admin's request may be waiting behind this one."""
        credential = self._credential()
        form = {
            "grant_type": "client_credentials",
            "client_id": credential.client_id,
            "client_secret": credential.client_secret,
            "scope": " ".join(scopes),
        }
        answer = await self._wire.send("POST", self._url, WHERE, form=form, interactive=True)
        if not answer.ok:
            raise refusal(answer, credential.client_secret, scopes)
        return read_token(answer, self._wire.clock.now())


def read_token(answer: Answer, now: datetime) -> Token:
    """The token in a success; HaloError where the answer is none that Halo gives."""
    body: Any = None
    with suppress(HaloError):  # a token endpoint's nonsense has its own words, below
        body = answer.json()
    value = body.get("access_token") if isinstance(body, dict) else None
    # Anything but visible ASCII would break the header, and the error of that would quote the token.
    if not isinstance(value, str) or not value.isascii() or not value.isprintable() or not value or " " in value:
        raise HaloError(nonsense(answer))
    said = body.get("scope")
    scopes = tuple(said.split()) if isinstance(said, str) else None
    return Token(value, now + _life(body.get("expires_in")), scopes or None)


def _life(said: Any) -> timedelta:
    """``expires_in``, with a cautious default, and never so short that each request would fetch a token."""
    try:
        seconds = float(said)
    except (TypeError, ValueError, OverflowError):
        seconds = _DEFAULT_LIFE
    kept = min(seconds, _LONGEST_LIFE) if seconds > 0 else _DEFAULT_LIFE
    return max(timedelta(seconds=kept), SKEW + timedelta(seconds=10))


def refusal(answer: Answer, secret: str, scopes: Sequence[str]) -> HaloError:
    """The error behind a refused token request; the secret is taken out of whatever Halo says."""
    code, said = error_code(answer.text), words(answer.text, (secret,))
    if code == "invalid_scope":
        return ScopeError(_invalid_scope(said, answer.status), _named(said or "", scopes))
    if code in ("unauthorized_client", "unsupported_grant_type"):
        return HaloError(_method(said, answer.status))
    if code == "invalid_client" or (answer.status in (400, 401) and not looks_like_html(answer.text)):
        return HaloError(_credentials(said, answer.status))
    if answer.status in (400, 401, 403, 404, 405):
        return HaloError(nonsense(answer))
    return classify(answer.status, answer.headers, answer.text, WHERE, (secret,))


def _named(said: str, scopes: Sequence[str]) -> str | None:
    """The one asked scope that Halo's words name."""
    spoken = {word.strip("'\".,;:()[]") for word in said.split()}
    named = [scope for scope in scopes if scope in spoken]
    return named[0] if len(named) == 1 else None


def nonsense(answer: Answer) -> Problem:
    """The address that should issue tokens does something else."""
    what = "a web page" if looks_like_html(answer.text) else "something that is no token"
    return Problem(
        kind="address",
        title="Halo's token address does not issue tokens",
        detail=f"It answered with {what} (status {answer.status}).",
        remedy=f"Check Halo URL against {API_PAGE}: both servers named there must belong to this Halo. "
        "If they do, Halo may be being updated: try again in some minutes.",
        status=answer.status,
    )


def _credentials(said: str | None, status: int) -> Problem:
    return Problem(
        kind="credentials",
        title="Halo does not accept the Client ID or Client Secret",
        detail="The application was not found, is disabled, or its secret is another one.",
        remedy=f"Copy the Client ID from {API_PAGE} > View Applications. The secret is shown only once: "
        "if it was not kept, generate a new one there and enter it here.",
        halo=said,
        status=status,
    )


def _method(said: str | None, status: int) -> Problem:
    return Problem(
        kind="setup",
        title="The application has the wrong authentication method",
        detail="Halo does not let it log in by itself.",
        remedy=f"In {API_PAGE} set the application's method to Client ID and Secret (Services).",
        halo=said,
        status=status,
    )


def _invalid_scope(said: str | None, status: int) -> Problem:
    return Problem(
        kind="setup",
        title="The application lacks permissions",
        detail="Halo refused a permission that was asked for.",
        remedy=f"Compare the application's permissions in {API_PAGE} with the guide's table.",
        halo=said,
        status=status,
    )
