"""Sign-in of a browser: the portal's token is exchanged for a cookie that scripts can't read."""

from datetime import UTC, datetime

from fastapi import APIRouter, Response
from pydantic import BaseModel

from wizard_api import cookie, sign_in_links
from wizard_api.auth import Principal, unauthenticated
from wizard_api.context import API, InWizard
from wizard_api.permissions import Arrived, SignedIn

router = APIRouter(prefix=f"{API}/session", tags=["session"])


class SessionView(BaseModel):
    """``csrf`` goes into the header X-CSRF-Token of every write by cookie; null where a bearer token is used."""

    subject: str
    tenant: str
    permissions: list[str]
    companies: list[int] | None
    expires: datetime
    csrf: str | None


@router.get("", summary="Who am I, and what may I do?")
async def who_am_i(caller: SignedIn) -> SessionView:
    return _view(caller)


@router.post("", status_code=201, summary="Exchange the portal's token for a session cookie")
async def sign_in(caller: Arrived, wizard: InWizard, response: Response) -> SessionView:
    if caller.csrf is not None:
        raise unauthenticated("A session can't renew itself.")
    await sign_in_links.use(wizard.database, caller)
    value, named = cookie.issue(wizard.settings, caller)
    response.set_cookie(
        cookie.COOKIE,
        value,
        max_age=wizard.settings.session_minutes * 60,
        path="/api",
        secure=wizard.settings.cookie_secure,
        httponly=True,
        samesite="strict",
    )
    return _view(named)


@router.delete("", status_code=204, summary="Sign out of this browser")
async def sign_out(caller: SignedIn, wizard: InWizard, response: Response) -> None:
    response.delete_cookie(
        cookie.COOKIE, path="/api", secure=wizard.settings.cookie_secure, httponly=True, samesite="strict"
    )


def _view(caller: Principal) -> SessionView:
    return SessionView(
        subject=caller.subject,
        tenant=caller.tenant,
        permissions=sorted(caller.permissions),
        companies=sorted(caller.companies) if caller.companies is not None else None,
        expires=datetime.fromtimestamp(caller.expires, UTC),
        csrf=caller.csrf,
    )
