"""How the tests of Halo's edge reach a simulated Halo: no budget, retries without waiting, loopback allowed."""

import ssl
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from connector.halo.address import AllowedHosts
from connector.halo.client import HaloClient
from connector.halo.diagnosis import ConnectionTest
from connector.halo.discovery import discover
from connector.halo.transport import GuardedTransport
from connector.halo.wire import Wire
from halo_simulator.running import Running
from halobus.seal import Credential


class Instant:
    """A clock whose sleep is noted and over at once."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    def now(self) -> datetime:
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


class Spent:
    """Counts what a budget would: each request, and whether it was interactive."""

    def __init__(self) -> None:
        self.calls: list[bool] = []

    async def __call__(self, interactive: bool) -> None:
        self.calls.append(interactive)


def allowed(url: str) -> AllowedHosts:
    return AllowedHosts.parse(urlsplit(url).netloc)


def transport(url: str, authority: Path | None = None) -> Callable[[], httpx.AsyncBaseTransport]:
    """A guarded transport that may reach this address, and trusts this authority beside the public ones."""
    tls = ssl.create_default_context(cafile=str(authority)) if authority else None
    return lambda: GuardedTransport(allowed(url), tls)


def credential(halo: Running, **changes: str) -> Callable[[], Credential]:
    values = {"tenant": "t", "host": "h", "client_id": halo.client_id, "client_secret": halo.client_secret}
    return lambda: Credential(**(values | changes))


def connection_test(url: str, spent: Spent | None = None, authority: Path | None = None) -> ConnectionTest:
    return ConnectionTest(allowed(url), transport(url, authority), spent or Spent(), Instant())


async def open_client(halo: Running, spent: Spent | None = None, clock: Instant | None = None) -> HaloClient:
    """A client of a simulated Halo; the caller closes it."""
    spend, time = spent or Spent(), clock or Instant()
    async with Wire(Spent(), time, transport(halo.url)) as wire:
        endpoints = await discover(wire, halo.url, allowed(halo.url))
    return HaloClient(endpoints, credential(halo), transport(halo.url), spend, time)
