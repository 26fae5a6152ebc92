"""The session cookie: a short-lived token of our own, which the browser keeps and scripts can't read."""

import hmac
import secrets
import time

import jwt

from wizard_api.auth import Principal, principal, unauthenticated
from wizard_api.configuration import WizardSettings

COOKIE = "halobus_session"
CSRF_HEADER = "X-CSRF-Token"
_OURS = "halobus:session"


def issue(settings: WizardSettings, caller: Principal) -> tuple[str, Principal]:
    """A cookie's value for a caller, and the caller as that cookie will name them."""
    jti = secrets.token_urlsafe(16)
    expires = int(time.time()) + settings.session_minutes * 60
    claims = {
        "iss": _OURS,
        "aud": _OURS,
        "jti": jti,
        "exp": expires,
        "sub": caller.subject,
        "tenant": caller.tenant,
        "permissions": sorted(caller.permissions),
        **({"name": caller.name} if caller.name is not None else {}),
        **({"companies": sorted(caller.companies)} if caller.companies is not None else {}),
    }
    key = settings.cookie_key()
    return jwt.encode(claims, key, "HS256"), principal(claims, _csrf(key, jti))


def read(settings: WizardSettings, cookie: str) -> Principal:
    """The caller that a cookie names; ProblemError 401 where it is not, or no longer, ours."""
    key = settings.cookie_key()
    options: jwt.types.Options = {"require": ["exp", "sub", "jti"]}
    try:
        claims = jwt.decode(cookie, key, algorithms=["HS256"], issuer=_OURS, audience=_OURS, options=options)
        return principal(claims, _csrf(key, str(claims["jti"])))
    except (jwt.PyJWTError, ValueError) as error:
        raise unauthenticated("The session has ended.") from error


def _csrf(key: bytes, jti: str) -> str:
    # Derived from the session, so that any replica can tell it again after a reload of the page.
    return hmac.digest(key, f"csrf {jti}".encode(), "sha256").hex()
