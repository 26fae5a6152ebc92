"""Promise 8: what is secret stays secret through a whole run with all that can go wrong, searched for byte by byte."""

import asyncio
import html
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

import httpx
import jwt
from conftest import Place

from halo_simulator.running import Running, running
from support.haystack import Haystack, forms
from support.otlp import Collector, collector
from support.system import JWT_SECRET, PRIVATE, Portal, System, system, token

WRONG = "wrong-0f6d2c1b-94ae-4d37-8c55-7be1a9f03d42"
SECRET = 's3cr3t/94ae+4d37=8c55&7be1<a9f0>"3d42"-é-5a7c9e11'
"""One that looks different in a URL, in JSON and in a page."""
SHAPES = ("message", "result_code", "class_name", "error", "text", "html", "other")
BASE = "/api/v1/integrations/halo"


@asynccontextmanager
async def watched(
    place: Place, logs: Path, halo: Running, sink: Collector, found: Haystack
) -> AsyncIterator[tuple[System, Portal]]:
    """The system, exporting its traces, and a portal's client all of whose answers are kept."""
    more = {"HALOBUS_HALO_LIMIT": "100000", **sink.environment()}
    async with system(place, logs, halo.url, **more) as it, it.portal() as portal:
        portal.http.event_hooks["response"].append(found.answer)
        yield it, portal


async def test_nothing_secret_is_left_anywhere(place: Place, tmp_path: Path) -> None:
    found = Haystack()
    with collector() as sink:
        async with running(limit=100000) as halo:
            await halo.control.application(halo.client_id, secret=SECRET)
            async with watched(place, tmp_path, halo, sink, found) as (it, portal):
                session = await whole_run(halo, it, portal)
                bearer = portal.http.headers["authorization"].removeprefix("Bearer ")
                await found.database(it.database)
                await found.topics(place)
                await metrics(it, found)
            tokens = await halo.control.tokens()
    found.logs(tmp_path)
    for body in sink.bodies:
        found.add("spans:", body)
    for body in sink.metrics:
        found.add("metrics:by OTLP", body)

    searched(found, halo)
    assert len(tokens) >= 5
    secret = {"client secret": SECRET, "wrong secret": WRONG, "portal's key": JWT_SECRET, "sealing key": PRIVATE}
    secret |= {"bearer": bearer, **{f"token {n}": each for n, each in enumerate(tokens)}}
    assert {name: held for name, text in secret.items() if (held := found.holding(text))} == {}
    assert found.holding(session, but="answer:POST /api/v1/session") == [], "the cookie is the browser's alone"


def searched(found: Haystack, halo: Running) -> None:
    """What is no secret is found in each kind of place, so that a search which finds nothing means something."""
    assert found.kinds() == {"answer", "database", "topic", "log", "spans", "metrics"}
    kinds = {where.split(":")[0] for text in (halo.client_id, "acme", "http.route") for where in found.holding(text)}
    assert kinds >= {"answer", "database", "topic", "log", "spans"}
    # The five services' /metrics, and what leaves by OTLP.
    assert len(set(found.holding("halobus_halo_requests"))) == 6
    assert any("connections" in where for where in found.holding(halo.client_id))
    planted = Haystack([("here", b"..." + form + b"...") for form in forms(SECRET)])
    assert len(planted.parts) > 5
    assert planted.holding(SECRET) == ["here"]


async def whole_run(halo: Running, it: System, portal: Portal) -> str:
    """Connect wrongly and rightly, sync, fail in every way; the session cookie that was issued."""
    failed = await portal.connect(halo.url, halo.client_id, WRONG)
    assert failed["problem"]["kind"] == "credentials", failed
    await portal.call("PUT", f"{BASE.removeprefix('/api/v1')}/connection", credential(halo))
    for shape in SHAPES:
        await echoing_token_endpoint(halo, portal, shape)
    await halo.control.config(error_shape="message")
    tested = await portal.test()
    assert tested["diagnosis"]["connected"], tested
    await portal.settings("sync", teams="all")
    await revoked_midway(halo, portal)
    await echoing_api(halo, portal)
    await strangers(it, portal)
    await odd_bodies(halo, portal)
    return await signed_in(portal)


def credential(halo: Running) -> dict[str, str]:
    return {"url": halo.url, "client_id": halo.client_id, "client_secret": SECRET}


async def echoing_token_endpoint(halo: Running, portal: Portal, shape: str) -> None:
    """Halo answers the token request with an error that quotes the secret in every form."""
    quoted = [SECRET, quote_plus(SECRET), html.escape(SECRET), html.escape(SECRET, quote=False)]
    text = f"Invalid client_secret {' | client_secret='.join(quoted)} of {halo.client_id}"
    await halo.control.config(error_shape=shape)
    await halo.control.fault("500", count=1, path="token", params={"text": text})
    failed = await portal.test()
    assert failed["state"] == "failed", failed
    assert halo.client_id in failed["problem"]["halo"], "Halo's own words, less the secret"
    await portal.call("PUT", f"{BASE.removeprefix('/api/v1')}/connection", credential(halo))


async def revoked_midway(halo: Running, portal: Portal) -> None:
    """A sync during which the token is revoked once by a fault and once from outside; its progress is followed."""
    await halo.control.fault("token_revoked", count=1, path="/api/Tickets", params={})
    id = await portal.sync("resync")
    followed = asyncio.create_task(portal.http.get(f"/api/v1/syncs/{id}/events"))
    await halo.control.revoke()
    await portal.applied(id)
    assert (await followed).status_code == 200
    assert {fault["name"]: fault["struck"] for fault in await halo.control.faults()}["token_revoked"] == 1


async def echoing_api(halo: Running, portal: Portal) -> None:
    """Halo fails with an error that quotes the token in use and the secret, to a read of an admin and to a sync."""
    held = (await halo.control.tokens())[-1]
    text = f"authorization: Bearer {held} was refused; {held}; secret {SECRET} or {html.escape(SECRET)}"
    await halo.control.fault("500", count=None, path="/api/", params={"text": text})
    sync = await portal.sync("quick", join=False, streams=["tickets"])
    explained = await portal.http.get("/api/v1/tickets/987654/explain", headers={"prefer": "wait=25"})
    assert explained.status_code == 502, explained.text
    assert "was refused" in explained.text, "Halo's own words, less the secrets"
    assert (await portal.ended(sync))["state"] == "failed"
    await halo.control.clear_faults()
    await portal.http.get("/api/v1/tickets/987654/explain", headers={"prefer": "wait=25"})


async def strangers(it: System, portal: Portal) -> None:
    """Whoever may not come in: their tokens are secrets as well, and so is ours in the wrong place."""
    mine = portal.http.headers["authorization"]
    claims = jwt.decode(mine.removeprefix("Bearer "), options={"verify_signature": False})
    forged = jwt.encode(claims, "another key that is long enough for it", "HS256")
    wrong = ["", f"Basic {SECRET}", f"Bearer {SECRET}", f"Bearer {forged}", f"Bearer {mine}", f"Token {mine[7:]}"]
    headers = [{"authorization": value} for value in wrong]
    headers += [{"cookie": f"halobus_session={SECRET.split('<')[0]}"}, {"cookie": f"halobus_session={mine[7:]}"}]
    base = f"http://127.0.0.1:{it.processes['wizard-api'].port}"
    async with httpx.AsyncClient(base_url=base, event_hooks=portal.http.event_hooks) as http:
        for each in headers:
            sent = [(name.encode(), value.encode()) for name, value in each.items()]
            assert (await http.get("/api/v1/session", headers=sent)).status_code == 401
        asked = await http.get("/api/v1/tickets", params={"access_token": mine[7:], "client_secret": SECRET})
        assert asked.status_code == 401
    for late in (token("acme", exp=1), token("acme", aud="another"), token("acme", iss="another")):
        answer = await portal.http.get("/api/v1/session", headers={"authorization": f"Bearer {late}"})
        assert answer.status_code == 401


async def odd_bodies(halo: Running, portal: Portal) -> None:
    """The secret where it does not belong: refused, and not repeated."""
    right = credential(halo)
    bodies: list[Any] = [
        {**right, "client_secret": [SECRET]},
        {**right, "client_secret": {"value": SECRET}},
        {**right, "client_id": [SECRET]},
        {**right, "client_id": {SECRET: SECRET}},
        {**right, SECRET: "an unknown field"},
        {**right, "secret": SECRET},
        {**right, "url": f"https://{halo.client_id}:{quote_plus(SECRET)}@acme.halopsa.com"},
        {**right, "url": f"ftp://acme.halopsa.com/?client_secret={quote_plus(SECRET)}"},
        {"client_secret": SECRET},
        [right],
        SECRET,
    ]
    for body in bodies:
        await refused(portal, "PUT", f"{BASE}/connection", json=body)
    await refused(portal, "PUT", f"{BASE}/connection", content=SECRET.encode())
    await refused(portal, "PUT", f"{BASE}/connection", content=b'{"client_secret": "' + SECRET.encode())
    await refused(portal, "POST", f"{BASE}/connection/test", json={"replace": SECRET})
    await refused(portal, "POST", f"{BASE}/connection/test", json={SECRET: True})
    for body in ({"kind": SECRET}, {"kind": "quick", "streams": [SECRET]}, {"kind": "quick", SECRET: SECRET}):
        await refused(portal, "POST", "/api/v1/syncs", json=body)
    sync = {"teams": SECRET, "excluded_statuses": [SECRET], "interval_minutes": SECRET, SECRET: 1}
    await refused(portal, "PUT", f"{BASE}/settings/sync", json=sync, headers={"if-match": '"1"'})
    await refused(portal, "PUT", f"{BASE}/settings/tickets", json={"stages": {SECRET: [1]}})
    for path in (f"/syncs/{quote_plus(SECRET)}", f"/tickets/{quote_plus(SECRET)}", f"/{quote_plus(SECRET)}"):
        await refused(portal, "GET", f"/api/v1{path}")
    for query in ({"cursor": SECRET}, {"limit": SECRET}):
        await refused(portal, "GET", "/api/v1/tickets", params=query)


async def refused(portal: Portal, method: str, path: str, **more: Any) -> None:
    answer = await portal.http.request(method, path, **more)
    assert 400 <= answer.status_code < 500, f"{method} {path} {more}: {answer.status_code} {answer.text}"


async def signed_in(portal: Portal) -> str:
    """Exchange the portal's token for a cookie, use it, and sign out."""
    answer = await portal.http.post("/api/v1/session")
    cookie = answer.cookies["halobus_session"]
    async with httpx.AsyncClient(base_url=portal.http.base_url, event_hooks=portal.http.event_hooks) as browser:
        browser.cookies.set("halobus_session", cookie)
        assert (await browser.get("/api/v1/session")).status_code == 200
        assert (await browser.get("/api/v1/tickets")).status_code == 200
        assert (await browser.post("/api/v1/syncs", json={"kind": "quick"})).status_code == 403, "no CSRF token"
    portal.http.cookies.clear()
    return cookie


async def metrics(it: System, found: Haystack) -> None:
    async with httpx.AsyncClient() as http:
        for name, process in it.processes.items():
            for path in ("metrics", "readyz", "livez"):
                answer = await http.get(f"http://127.0.0.1:{process.port}/{path}")
                assert answer.status_code == 200
                found.add(f"metrics:{name}/{path}", answer.content)


async def test_a_sealed_secret_is_of_no_use_elsewhere(place: Place, tmp_path: Path) -> None:
    async with (
        running(limit=100000) as halo,
        system(place, tmp_path, halo.url) as it,
        it.portal("acme") as acme,
        it.portal("other") as other,
    ):
        tested = await acme.connect(halo.url, halo.client_id, halo.client_secret)
        assert tested["diagnosis"]["connected"], tested
        await other.connect(halo.url, halo.client_id, WRONG)
        drafts = it.database.connections
        sealed = (await drafts.find_one({"_id": "acme"}) or {})["draft"]["sealed"]
        await acme.ended(f"{tested['id']}-lists")
        mark = await halo.control.mark()

        # The same host and client id, but acme's secret in another tenant's draft.
        await drafts.update_one({"_id": "other"}, {"$set": {"draft.sealed": sealed}})
        belongs_elsewhere(await other.test())
        # Acme's own draft, led to another host: the secret must not be sent there.
        away = {"draft.url": "https://halo.example", "draft.host": "halo.example"}
        await drafts.update_one({"_id": "acme"}, {"$set": away})
        belongs_elsewhere(await acme.test(replace=True))
        # To another client id, and damaged.
        back = {"draft.url": halo.url, "draft.host": halo.url.split("://")[1], "draft.client_id": "another"}
        await drafts.update_one({"_id": "acme"}, {"$set": back})
        belongs_elsewhere(await acme.test())
        damaged = {"draft.client_id": halo.client_id, "draft.sealed.blob": "AAAA" + sealed["blob"][4:]}
        await drafts.update_one({"_id": "acme"}, {"$set": damaged})
        assert "damaged" in (await acme.test(replace=True))["problem"]["detail"]

        assert await halo.control.requests(mark) == [], "nothing was sent to Halo"
        shown = await acme.call("GET", "/integrations/halo/connection")
        assert shown["active"]["client_id"] == halo.client_id, "a failed test breaks nothing"


def belongs_elsewhere(run: dict[str, Any]) -> None:
    """The run failed by the seal's own diagnosis."""
    assert run["state"] == "failed"
    assert run["problem"]["title"] == "The stored secret can't be used"
    assert "belongs to another tenant, host or client id" in run["problem"]["detail"], run["problem"]
    assert run["problem"]["remedy"]
