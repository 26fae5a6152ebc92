"""Tokens: issued, expired, revoked (docs/halo.md section 3)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from halo_simulator.applications import Application
from halo_simulator.clock import Clock
from halo_simulator.config import Config


@dataclass(frozen=True, slots=True)
class Token:
    """An access token: of which application, with which scopes, until when."""

    value: str
    client_id: str
    scopes: tuple[str, ...]
    expires: float


class Tokens:
    """All tokens ever issued, so that a test can search its logs for them; and those that still work."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._valid: dict[str, Token] = {}
        self.issued: list[str] = []

    def issue(self, application: Application, scopes: tuple[str, ...], config: Config) -> Token:
        """A new token; where `single_token` is set it revokes the application's older ones."""
        if config.single_token:
            self.revoke(application.client_id)
        token = Token(
            secrets.token_urlsafe(48), application.client_id, scopes, self._clock.steady() + config.expires_in
        )
        self._valid[token.value] = token
        self.issued.append(token.value)
        return token

    def find(self, value: str) -> Token | None:
        """The token if it still works."""
        token = self._valid.get(value)
        return token if token and token.expires > self._clock.steady() else None

    def revoke(self, client_id: str = "") -> int:
        """Revoke the tokens of one application, or all; how many."""
        gone = [value for value, token in self._valid.items() if client_id in ("", token.client_id)]
        for value in gone:
            del self._valid[value]
        return len(gone)
