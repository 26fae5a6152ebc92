"""The client against a scripted Halo: its budget and spans, no answers and odd ones, and how Halo is found."""

import ssl
from collections.abc import Awaitable
from typing import Any

import httpx
import pytest
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from connector.halo import wire
from connector.halo.address import AllowedHosts
from connector.halo.discovery import discover
from connector.halo.endpoints import Endpoints
from connector.halo.errors import HaloError
from connector.halo.wire import Wire
from halobus import telemetry
from halobus.settings import Settings
from support.scripted_halo import HOME, TOKEN, Halo, Handler, Time, client, failing, free


async def test_every_request_waits_for_the_budget() -> None:
    spent: list[bool] = []

    async def spend(interactive: bool) -> None:
        spent.append(interactive)

    one = client(Halo(), spend=spend)
    await one.get("Team")
    await one.get("Team", interactive=True)
    assert spent == [True, False, True]


async def test_a_span_says_what_was_asked_but_not_what_for() -> None:
    exporter = InMemorySpanExporter()
    provider = telemetry.configure(
        "connector", Settings(kafka_bootstrap_servers="unused:9092", mongodb_uri="mongodb://none")
    )
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    await client(Halo()).get("Tickets/1001", {"search": "Jane Doe"})
    await failing(Halo(lambda _: httpx.Response(500)))
    token, read, *_, failed = exporter.get_finished_spans()
    assert (token.name, read.name, read.kind) == (
        "halo POST /token",
        "halo GET /Tickets/{id}",
        telemetry.SpanKind.CLIENT,
    )
    assert dict(read.attributes or {}) == {
        "http.request.method": "GET",
        "http.response.status_code": 200,
        "server.address": "acme.halopsa.com",
        "url.path": "/api/Tickets/1001",
    }
    assert (failed.attributes or {})["http.response.status_code"] == 500
    assert not [one for one in exporter.get_finished_spans() if "Jane" in one.to_json() or TOKEN in one.to_json()]


def raising(error: Exception, cause: Exception | None = None) -> Handler:
    def answer(_: httpx.Request) -> httpx.Response:
        raise error from cause

    return answer


EXPIRED = ssl.SSLCertVerificationError(1, "certificate verify failed")
EXPIRED.verify_message = "certificate has expired"


@pytest.mark.parametrize(
    ("error", "cause", "title"),
    [
        (httpx.ConnectError("x"), EXPIRED, "Halo's certificate is not valid"),
        (httpx.ConnectError("x"), ssl.SSLError(1, "wrong version number"), "No secure connection to Halo's host"),
        (httpx.ConnectError("x"), ConnectionRefusedError(), "Halo's host refuses the connection"),
        (httpx.ConnectError("x"), OSError(113, "No route to host"), "Halo's host can't be reached"),
        (httpx.ConnectTimeout("x"), None, "Halo's host can't be reached"),
        (httpx.ReadTimeout("x"), None, "Halo did not answer in time"),
        (httpx.ReadError(f"Bearer {TOKEN}"), None, "The connection to Halo broke"),
        (httpx.RemoteProtocolError("x"), None, "The connection to Halo broke"),
        (httpx.LocalProtocolError(f"Illegal header value b'Bearer {TOKEN}'"), None, "The connection to Halo broke"),
    ],
)
async def test_no_answer(error: Exception, cause: Exception | None, title: str) -> None:
    found = await failing(Halo(raising(error, cause)))
    assert found.problem.title == title
    assert found.problem.remedy


@pytest.mark.parametrize("text", ["", "{", '{"a": NaN}', "[" * 100_000, "9" * 5000, "\x00"])
async def test_answers_that_are_no_json(text: str) -> None:
    error = await failing(Halo(lambda _: httpx.Response(200, text=text)))
    assert error.problem.title == "Halo's answer was incomplete"


async def test_a_web_page_instead_of_data() -> None:
    error = await failing(Halo(lambda _: httpx.Response(200, text="<!DOCTYPE html><h1>Hello</h1>")))
    assert (error.kind, error.problem.halo) == ("address", "Hello")


async def test_an_answer_without_end_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "BODY_LIMIT", 1000)
    error = await failing(Halo(lambda _: httpx.Response(200, text="x" * 2000)))
    assert error.problem.title == "Halo answered something unexpected"


async def test_an_unparsable_date_is_none() -> None:
    reply = await client(Halo(lambda _: httpx.Response(200, json={}, headers={"date": "today"}))).get("x")
    assert reply.date is None


def discovering(answers: dict[str, httpx.Response]) -> Awaitable[Endpoints]:
    async def answer(request: httpx.Request) -> httpx.Response:
        return answers[request.url.path]

    async def run() -> Endpoints:
        async with Wire(free, Time(), lambda: httpx.MockTransport(answer)) as one:
            return await discover(one, HOME, AllowedHosts())

    return run()


@pytest.mark.parametrize(
    ("authinfo", "info", "token_url", "key"),
    [
        ({"auth_url": f"{HOME}/auth/", "tenant_id": "a b"}, {"dbid": 7}, f"{HOME}/auth/token?tenant=a+b", "a b/7"),
        ({"auth_url": "https://uk.halopsa.com/token?tenant=T1"}, {}, "https://uk.halopsa.com/token?tenant=T1", None),
        ({"auth_url": HOME}, {}, f"{HOME}/token", None),
        ({"auth_url": ["odd"], "tenant_id": None}, {"dbid": True}, f"{HOME}/auth/token", None),
        (None, {"auth_url": f"{HOME}/auth", "dbid": "d"}, f"{HOME}/auth/token", "d"),
        (None, None, f"{HOME}/auth/token", None),
    ],
)
async def test_discovery(authinfo: Any, info: Any, token_url: str, key: str | None) -> None:
    absent = httpx.Response(404, json={"Message": "Not Found"})
    found = await discovering(
        {
            "/api/authinfo": httpx.Response(200, json=authinfo) if authinfo is not None else absent,
            "/api/InstanceInfo": httpx.Response(200, json=info) if info is not None else absent,
        }
    )
    assert found.token_url == token_url
    assert found.identity.key == (key or "acme.halopsa.com")


async def test_a_website_that_is_no_halo() -> None:
    page = httpx.Response(404, text="<!DOCTYPE html><h1>Not here</h1>")
    with pytest.raises(HaloError) as caught:
        await discovering({"/api/authinfo": page, "/api/InstanceInfo": page})
    assert caught.value.problem.title == "This address does not answer as Halo's API"
