"""The token's address: client credentials for a bearer token (docs/halo.md section 3)."""

from __future__ import annotations

import json
from base64 import b64decode, urlsafe_b64encode
from typing import Any
from urllib.parse import parse_qsl, unquote_plus

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response

from halo_simulator.applications import Application
from halo_simulator.instance import Instance
from halo_simulator.scopes import allowed, unknown
from halo_simulator.tokens import Token


class RefusedError(Exception):
    """An OAuth error."""

    def __init__(self, status: int, error: str, text: str) -> None:
        super().__init__(text)
        self.status, self.error, self.text = status, error, text


async def token(instance: Instance, request: Request) -> tuple[Response, str]:
    """The answer, and the application's id for the log."""
    if instance.config.token_answer == "html":
        return HTMLResponse("<html><body>Halo is being updated</body></html>"), ""
    if instance.config.token_answer == "nonsense":
        return PlainTextResponse("{]", media_type="application/json"), ""
    try:
        application, scopes = await _asked(instance, request)
    except RefusedError as refused:
        return JSONResponse({"error": refused.error, "error_description": refused.text}, refused.status), ""
    issued = instance.tokens.issue(application, scopes, instance.config)
    return JSONResponse(_body(instance, application, issued)), application.client_id


async def _asked(instance: Instance, request: Request) -> tuple[Application, tuple[str, ...]]:
    """Who asks for which scopes; everything wrong with it is refused."""
    if "x-www-form-urlencoded" not in request.headers.get("content-type", "x-www-form-urlencoded"):
        raise RefusedError(400, "invalid_request", "The content type must be application/x-www-form-urlencoded")
    form = dict(parse_qsl((await request.body()).decode("utf-8", "replace")))
    if form.get("grant_type") != "client_credentials":
        raise RefusedError(400, "unsupported_grant_type", "The specified grant type is not supported")
    _check_tenant(instance, request.query_params.get("tenant") or form.get("tenant"))
    application = _application(instance, request, form)
    scopes = tuple(form.get("scope", "").split())
    refused = unknown(scopes) or [scope for scope in scopes if not allowed(scope, application.permissions)]
    if refused:
        raise RefusedError(400, "invalid_scope", f"The scope {refused[0]} is not valid for this application")
    return application, scopes


def _check_tenant(instance: Instance, tenant: str | None) -> None:
    """A wrong tenant knows no such client; none at all passes unless configured otherwise."""
    config = instance.config
    if (tenant is None and config.require_tenant) or (tenant is not None and tenant != config.tenant):
        raise RefusedError(config.invalid_client_status, "invalid_client", "The tenant is unknown")


def _application(instance: Instance, request: Request, form: dict[str, str]) -> Application:
    """The application, by form fields or HTTP Basic."""
    client_id, secret = form.get("client_id", ""), form.get("client_secret", "")
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        name, _, word = b64decode(value + "==").decode("utf-8", "replace").partition(":")
        client_id, secret = unquote_plus(name), unquote_plus(word)
    found = instance.applications.get(client_id.lower())
    if found is None or not found.enabled or found.secret != secret:
        raise RefusedError(instance.config.invalid_client_status, "invalid_client", "The client id or secret is wrong.")
    return found


def _body(instance: Instance, application: Application, issued: Token) -> dict[str, Any]:
    """What a successful answer carries."""
    agent = instance.world.lists["agent"].get(application.agent_id, {})
    claims = {"sub": str(application.agent_id), "name": agent.get("name", ""), "email": agent.get("email", "")}
    return {
        "scope": " ".join((*issued.scopes, *instance.config.unasked_scopes)),
        "token_type": "Bearer",
        "access_token": issued.value,
        "expires_in": instance.config.expires_in,
        "refresh_token": "r" + issued.value[::-1],
        "id_token": f"{_segment({'alg': 'none', 'typ': 'JWT'})}.{_segment(claims)}.{issued.value[:16]}",
    }


def _segment(value: dict[str, Any]) -> str:
    """One part of a JWT."""
    return urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")
