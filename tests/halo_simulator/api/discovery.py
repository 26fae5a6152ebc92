"""`/authinfo` and `/InstanceInfo`: what a client learns before it has a token (docs/halo.md section 2)."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response

from halo_simulator.errors import HaloError
from halo_simulator.instance import Instance


def base_of(request: Request) -> str:
    """This server's own address as the caller sees it."""
    return f"{request.url.scheme}://{request.url.netloc}"


def authinfo(instance: Instance, request: Request) -> Response:
    """Where tokens come from, or one of the ways in which that goes wrong."""
    config = instance.config
    if config.authinfo == "missing":
        raise HaloError(404, "Not Found")
    if config.authinfo == "html":
        return HTMLResponse("<!DOCTYPE html><html><head><title>Sign in</title></head><body>Welcome</body></html>")
    if config.authinfo == "nonsense":
        return PlainTextResponse('{"auth_url": ', media_type="application/json")
    address = config.auth_url or base_of(request) + config.auth_path
    if config.authinfo == "foreign_auth_url":
        address = "https://auth.example.net/auth"
    body: dict[str, Any] = {"auth_url": address, "tenant_id": config.tenant}
    if config.authinfo == "on_premises":
        del body["tenant_id"]
    return JSONResponse(body)


def instance_info(instance: Instance, request: Request) -> Response:
    """The instance's own identity."""
    config, base = instance.config, base_of(request)
    return JSONResponse(
        {
            "dbid": config.database,
            "app_version": "2.186.9",
            "database_version": 1186,
            "app_name": "HaloPSA",
            "agent_url": base,
            "portal_url": f"{base}/portal",
            "auth_url": config.auth_url or base + config.auth_path,
            "agent_count": len(instance.world.lists["agent"]),
        }
    )
