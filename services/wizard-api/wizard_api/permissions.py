"""What a caller may do: permissions by route, CSRF protection of the cookie, and the limits of a client's user."""

from collections.abc import Awaitable, Callable
from enum import StrEnum
from hmac import compare_digest
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import APIKeyCookie, HTTPAuthorizationCredentials, HTTPBearer

from wizard_api.auth import Principal, unauthenticated
from wizard_api.context import InWizard
from wizard_api.cookie import COOKIE, CSRF_HEADER, read
from wizard_api.problems import ProblemError


class Permission(StrEnum):
    """Names as they stand in the portal's tokens. ``support:read``: states and counts, no content."""

    INTEGRATIONS_READ = "integrations:read"
    INTEGRATIONS_MANAGE = "integrations:manage"
    USERS_MANAGE = "users:manage"
    TICKETS_READ = "tickets:read"
    TICKETS_COMMENT = "tickets:comment"
    PLANNER_READ = "planner:read"
    PLANNER_WRITE = "planner:write"
    ASSETS_READ = "assets:read"
    SUPPORT_READ = "support:read"


OF_CLIENTS = frozenset({Permission.TICKETS_READ, Permission.TICKETS_COMMENT})
"""All that a token with the ``companies`` claim can do, whatever else it lists: the rest knows no companies."""
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_bearer = HTTPBearer(auto_error=False, description="The portal's token")
_cookie = APIKeyCookie(name=COOKIE, auto_error=False, description="The session of POST /api/v1/session")


async def arrived(
    request: Request,
    wizard: InWizard,
    bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
    cookie: Annotated[str | None, Depends(_cookie)],
) -> Principal:
    """The caller, by a sign-in link's token too; a bearer token goes before a cookie, and a write by cookie must bring
    the session's CSRF token.
    """
    if bearer is not None:
        return await wizard.verifier.bearer(bearer.credentials)
    if cookie is None:
        raise unauthenticated("The request carries neither a token nor a session.")
    caller = read(wizard.settings, cookie)
    if request.method not in _SAFE:
        _check_csrf(request.headers.get(CSRF_HEADER, ""), caller)
    return caller


def _check_csrf(given: str, caller: Principal) -> None:
    if not compare_digest(given.encode(), (caller.csrf or "").encode()):
        raise ProblemError(
            403,
            "csrf",
            "The session's CSRF token is missing or wrong",
            remedy=f"Send the `csrf` of POST or GET /api/v1/session as {CSRF_HEADER}.",
        )


Arrived = Annotated[Principal, Depends(arrived)]


async def signed_in(caller: Arrived) -> Principal:
    """The caller; a sign-in link's token, which has stood in an address, opens nothing but a session."""
    if caller.once is not None:
        raise unauthenticated("This token is a sign-in link's: it is good for POST /api/v1/session alone.")
    return caller


SignedIn = Annotated[Principal, Depends(signed_in)]


def needs(*any_of: Permission) -> Callable[[Principal], Awaitable[Principal]]:
    """A dependency that lets callers with one of these permissions through."""

    async def allowed(caller: SignedIn) -> Principal:
        usable = caller.permissions if caller.companies is None else caller.permissions & OF_CLIENTS
        if usable.isdisjoint(any_of):
            names = " or ".join(any_of)
            raise ProblemError(
                403,
                "forbidden",
                "You may not do this",
                f"It needs the permission {names}.",
                "Ask an administrator of the portal for that permission.",
            )
        return caller

    return allowed


def require(caller: Principal, permission: Permission, why: str) -> None:
    """For what needs a permission beside the route's own: ProblemError 403 says why."""
    if permission not in caller.permissions:
        raise ProblemError(
            403,
            "forbidden",
            "You may not do this",
            f"{why} It needs the permission {permission} as well.",
            "Ask an administrator of the portal for that permission, or leave that as it was.",
        )


Watcher = Annotated[
    Principal,
    Depends(needs(Permission.INTEGRATIONS_READ, Permission.INTEGRATIONS_MANAGE, Permission.SUPPORT_READ)),
]
Reader = Annotated[Principal, Depends(needs(Permission.INTEGRATIONS_READ, Permission.INTEGRATIONS_MANAGE))]
Manager = Annotated[Principal, Depends(needs(Permission.INTEGRATIONS_MANAGE))]
TicketReader = Annotated[Principal, Depends(needs(Permission.TICKETS_READ))]
Commenter = Annotated[Principal, Depends(needs(Permission.TICKETS_COMMENT))]
AssetReader = Annotated[Principal, Depends(needs(Permission.ASSETS_READ, Permission.INTEGRATIONS_MANAGE))]
_CONTACTS = (Permission.USERS_MANAGE, Permission.INTEGRATIONS_READ, Permission.INTEGRATIONS_MANAGE)
ContactReader = Annotated[Principal, Depends(needs(*_CONTACTS))]
UserManager = Annotated[Principal, Depends(needs(Permission.USERS_MANAGE))]
ContactCounter = Annotated[Principal, Depends(needs(*_CONTACTS, Permission.SUPPORT_READ))]
PlannerReader = Annotated[Principal, Depends(needs(Permission.PLANNER_READ, Permission.PLANNER_WRITE))]
PlannerWriter = Annotated[Principal, Depends(needs(Permission.PLANNER_WRITE))]
CompanyReader = Annotated[
    Principal,
    Depends(needs(Permission.TICKETS_READ, Permission.INTEGRATIONS_READ, Permission.INTEGRATIONS_MANAGE)),
]
