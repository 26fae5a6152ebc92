"""The guard stands where the socket is opened, so that a name can't change its mind after it was checked."""

import asyncio
import socket
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from connector.halo import transport
from connector.halo.address import AllowedHosts
from connector.halo.errors import HaloError
from connector.halo.transport import GuardedTransport


def answering(monkeypatch: pytest.MonkeyPatch, answers: list[list[str]]) -> list[str]:
    """A resolver that gives these addresses one call after the other; the names that were asked for."""
    asked: list[str] = []

    async def resolve(host: str, port: int, seconds: float | None) -> list[str]:
        asked.append(host)
        return answers.pop(0)

    monkeypatch.setattr(transport, "resolve", resolve)
    return asked


async def fetch(url: str, allowed: AllowedHosts) -> httpx.Response:
    async with httpx.AsyncClient(transport=GuardedTransport(allowed), trust_env=False) as http:
        return await http.get(url)


async def serve(answer: Callable[[bytes], bytes]) -> tuple[asyncio.Server, int]:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await reader.readuntil(b"\r\n\r\n")
        writer.write(answer(request))
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    return server, server.sockets[0].getsockname()[1]


@pytest.mark.parametrize(
    "addresses", [["10.0.0.1"], ["8.8.8.8", "127.0.0.1"], ["::ffff:127.0.0.1"], ["169.254.169.254"]]
)
async def test_a_name_with_an_inner_address_is_not_called(
    monkeypatch: pytest.MonkeyPatch, addresses: list[str]
) -> None:
    answering(monkeypatch, [addresses])
    with pytest.raises(HaloError) as caught:
        await fetch("https://halo.example/", AllowedHosts())
    assert caught.value.problem.title == "Halo URL leads into a private network"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]"])
async def test_every_spelling_of_loopback_is_refused(host: str) -> None:
    with pytest.raises((HaloError, httpx.InvalidURL)):
        await fetch(f"https://{host}/", AllowedHosts())


async def test_the_checked_address_is_the_one_that_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rebinding: the second answer would be another one, but no second question is asked."""
    seen: list[bytes] = []

    def answer(request: bytes) -> bytes:
        seen.append(request)
        return b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

    server, port = await serve(answer)
    asked = answering(monkeypatch, [["127.0.0.1"], ["192.0.2.1"]])
    async with server:
        response = await fetch(f"http://halo.example:{port}/x", AllowedHosts.parse("halo.example"))
    assert response.text == "ok"
    assert asked == ["halo.example"]
    assert f"Host: halo.example:{port}".encode() in seen[0]


async def test_the_next_address_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    server, port = await serve(lambda _: b"HTTP/1.1 204 No Content\r\n\r\n")
    answering(monkeypatch, [["127.0.0.2", "127.0.0.1"]])
    async with server:
        response = await fetch(f"http://halo.example:{port}/", AllowedHosts.parse(f"halo.example:{port}"))
    assert response.status_code == 204


async def test_http_is_for_allowed_hosts_alone() -> None:
    with pytest.raises(HaloError) as caught:
        await fetch("http://halo.example/", AllowedHosts())
    assert caught.value.problem.title == "Halo must be called by https"


async def test_a_redirect_is_not_followed() -> None:
    server, port = await serve(
        lambda _: b"HTTP/1.1 302 Found\r\nLocation: http://10.0.0.1/\r\nContent-Length: 0\r\n\r\n"
    )
    async with server:
        response = await fetch(f"http://127.0.0.1:{port}/", AllowedHosts.parse(f"127.0.0.1:{port}"))
    assert response.status_code == 302


async def test_a_name_without_address(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: Any, **__: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fails)
    with pytest.raises(HaloError) as caught:
        await fetch("https://halo.example/", AllowedHosts())
    assert caught.value.problem.title == "Halo's host does not exist"
