"""Who asks: the portal's bearer token or our session cookie, verified; the tenant comes from nowhere else."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jwt
from jwt import PyJWKClient, PyJWKClientConnectionError

from halobus.keys import check_tenant
from wizard_api.configuration import WizardSettings
from wizard_api.problems import ProblemError

LEEWAY = 10
"""Seconds that the portal's clock may differ from ours."""
REQUIRED = ["exp", "sub", "iss", "aud"]
SHORTEST_ID, LONGEST_ID = 16, 100
"""Characters of a sign-in link's ``jti``: short enough to store, long enough not to meet another."""


@dataclass(frozen=True)
class Principal:
    """``companies``: the Halo client ids that a client's user may see, None for the MSP's own people.

    ``name``: as people know the caller, where the token says it. ``expires``: POSIX seconds. ``csrf``: what a write
    must bring along, None where a bearer token came. ``once``: the id of a sign-in link's token, which is good for one
    exchange into a session and nothing else.
    """

    subject: str
    tenant: str
    permissions: frozenset[str]
    companies: frozenset[int] | None
    expires: float
    csrf: str | None = None
    name: str | None = None
    once: str | None = None


class Verifier:
    """Checks portal tokens as the settings say. Keys of a JWKS are cached for 5 minutes."""

    def __init__(self, settings: WizardSettings) -> None:
        self._settings = settings
        self._jwks = PyJWKClient(settings.jwks_url, timeout=5) if settings.jwks_url else None

    async def bearer(self, token: str) -> Principal:
        """The token's principal; ProblemError 401 says what to do, 503 where the JWKS can't be read."""
        try:
            key, algorithms = await self._key(token)
            return principal(
                jwt.decode(
                    token,
                    key,
                    algorithms=algorithms,
                    issuer=self._settings.jwt_issuer,
                    audience=self._settings.jwt_audience,
                    leeway=LEEWAY,
                    options={"require": REQUIRED},
                )
            )
        except PyJWKClientConnectionError as error:
            raise ProblemError(
                503, "keys-unavailable", "The portal's signing keys can't be read", remedy="Try again in a few seconds."
            ) from error
        except (jwt.PyJWTError, ValueError) as error:
            raise unauthenticated(_reason(error)) from error

    async def _key(self, token: str) -> tuple[Any, list[str]]:
        if self._jwks is None:
            return self._settings.portal_secret(), ["HS256"]
        # PyJWKClient fetches with a blocking call: not on the event loop.
        found = await asyncio.to_thread(self._jwks.get_signing_key_from_jwt, token)
        return found.key, ["RS256", "ES256"]


def principal(claims: Mapping[str, Any], csrf: str | None = None) -> Principal:
    """Read verified claims; ValueError names the claim that can't be used."""
    permissions = claims.get("permissions", [])
    if isinstance(permissions, str):
        permissions = permissions.split()
    if not isinstance(permissions, list):
        raise ValueError("claim permissions must be a list, or names by spaces")
    if not isinstance(claims.get("tenant"), str):
        raise ValueError("claim tenant is missing")
    return Principal(
        subject=str(claims["sub"]),
        tenant=check_tenant(claims["tenant"]),
        permissions=frozenset(str(name) for name in permissions),
        companies=_companies(claims.get("companies")),
        expires=float(claims["exp"]),
        csrf=csrf,
        name=_name(claims.get("name")),
        once=_once(claims),
    )


def _name(claim: object) -> str | None:
    """The claim ``name``, a line of 100 characters at most; what else stands there is nobody's name."""
    shown = " ".join(claim.split()) if isinstance(claim, str) else ""
    return shown[:100] if shown.isprintable() and shown else None


def _once(claims: Mapping[str, Any]) -> str | None:
    """The claim ``jti`` where ``once`` says that the token stands in a link."""
    if not claims.get("once", False):
        return None
    id = claims.get("jti")
    if not isinstance(id, str) or not SHORTEST_ID <= len(id) <= LONGEST_ID:
        raise ValueError(f"a token with the claim once needs a jti of {SHORTEST_ID} to {LONGEST_ID} characters")
    return id


def _companies(claim: object) -> frozenset[int] | None:
    if claim is None:
        return None
    if not isinstance(claim, list):
        raise ValueError("claim companies must be a list of Halo client ids")
    ids = [str(each) for each in claim]
    if not all(id.isdecimal() for id in ids):
        raise ValueError("claim companies must hold numbers alone")
    return frozenset(map(int, ids))


def unauthenticated(detail: str) -> ProblemError:
    """401."""
    return ProblemError(
        401,
        "unauthenticated",
        "Sign in first",
        detail,
        "Send a valid token of the portal as `Authorization: Bearer …`, or sign in by POST /api/v1/session.",
        headers={"WWW-Authenticate": "Bearer"},
    )


def _reason(error: Exception) -> str:
    # Only texts of our own: PyJWT's may quote the token.
    match error:
        case jwt.ExpiredSignatureError():
            return "The token has expired."
        case jwt.InvalidAudienceError():
            return "The token is meant for another audience."
        case jwt.InvalidIssuerError():
            return "The token comes from another issuer."
        case jwt.MissingRequiredClaimError():
            return f"The token lacks the claim {error.claim}."
        case jwt.PyJWTError():
            return "The token can't be verified."
    return f"The token can't be used: {error}."
