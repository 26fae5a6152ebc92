"""From the one Halo URL that an admin enters to everything else: where tokens come from, and which instance it is."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from connector.halo.address import AllowedHosts, base_url, check_auth_url, host_of
from connector.halo.endpoints import Endpoints, Identity
from connector.halo.errors import HaloError, classify, unexpected
from connector.halo.wire import Wire

_LONGEST_ID = 200
_ABSENT = (400, 401, 403, 404, 405)


async def discover(wire: Wire, url: str, allowed: AllowedHosts, *, interactive: bool = True) -> Endpoints:
    """Ask ``authinfo`` and ``InstanceInfo``, either of which an older Halo may lack.

    HaloError where the address may not be called, does not answer, or answers as something else than Halo.
    """
    base = base_url(url, allowed)
    auth, no_auth = await _ask(wire, base, "authinfo", interactive)
    info, no_info = await _ask(wire, base, "InstanceInfo", interactive)
    if no_auth is not None and no_auth.kind == "address" and no_info is not None:
        raise no_auth  # web pages where both should be: this is no Halo
    auth_url, tenant = _text(auth, "auth_url") or _text(info, "auth_url"), _text(auth, "tenant_id")
    identity = Identity(tenant, _text(info, "dbid"), host_of(base))
    return Endpoints(base, f"{base}/api", _token_url(base, auth_url, tenant, allowed), identity)


async def _ask(wire: Wire, base: str, name: str, interactive: bool) -> tuple[Mapping[str, Any], HaloError | None]:
    """An endpoint's answer, or nothing and the refusal where this Halo has no such endpoint or hides it."""
    where = f"GET /api/{name}"
    answer = await wire.send("GET", f"{base}/api/{name}", where, interactive=interactive)
    if answer.ok:
        body = answer.json()
        if not isinstance(body, Mapping):
            raise unexpected(where, f"a {type(body).__name__} came instead of an object", answer.status)
        return body, None
    error = classify(answer.status, answer.headers, answer.text, where)
    if error.status not in _ABSENT:
        raise error
    return {}, error


def _text(body: Mapping[str, Any], name: str) -> str | None:
    """A text or a number of an answer; None where there is none."""
    value = body.get(name)
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    text = str(value).strip()
    return text if 0 < len(text) <= _LONGEST_ID and text.isprintable() else None


def _token_url(base: str, auth_url: str | None, tenant: str | None, allowed: AllowedHosts) -> str:
    """``auth_url`` with ``/token`` and the tenant; trial tenants' ends in neither ``/auth`` nor without a query."""
    if auth_url is None:
        auth = f"{base}/auth"
    else:
        auth = check_auth_url(auth_url, base, allowed)
        tenant = tenant or next(iter(parse_qs(urlsplit(auth_url).query).get("tenant", [])), None)
    address = auth if auth.endswith("/token") else f"{auth}/token"
    return f"{address}?{urlencode({'tenant': tenant})}" if tenant else address
