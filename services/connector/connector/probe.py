"""``python -m connector.probe``: read a live Halo and say which facts of docs/halo.md differ there. It writes nothing.

It reaches Halo as the connector does, so it is a part of it and not of ``halobus``, which never talks to Halo. It needs
neither Kafka nor MongoDB: HALOBUS_PROBE_URL, HALOBUS_PROBE_CLIENT_ID and HALOBUS_PROBE_CLIENT_SECRET (or _FILE) say
where and as whom. Exit code 0: all as written or not to be told; 1: something differs; 2: Halo can't be read.
"""

import asyncio
import json
import os
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TextIO

from connector.halo.address import AllowedHosts, host_of
from connector.halo.client import HaloClient
from connector.halo.discovery import discover
from connector.halo.errors import HaloError
from connector.halo.transport import GuardedTransport
from connector.halo.wire import Wire
from connector.probe_checks import CHECKS, Fact, Look, Looking, told
from halobus.clock import SystemClock
from halobus.seal import Credential

MOST = 60
"""Requests at most: a fifth of Halo's limit, which others need too."""
NAME = "HALOBUS_PROBE"


class Spent:
    """Counts requests, and ends the probe before it becomes a load."""

    def __init__(self) -> None:
        self.requests = 0

    async def __call__(self, interactive: bool) -> None:
        if self.requests >= MOST:
            raise TooMany(f"stopped after {MOST} requests")
        self.requests += 1


class TooMany(Exception):  # noqa: N818 (a bound that was reached, not an error of Halo's)
    """The probe has asked as much as it may."""


async def probe(url: str, credential: Callable[[], Credential], allowed: AllowedHosts, spent: Spent) -> list[Fact]:
    """Every fact, each checked on its own. HaloError where Halo can't be reached or gives no token."""
    clock = SystemClock()
    async with Wire(spent, clock, lambda: GuardedTransport(allowed)) as wire:
        endpoints = await discover(wire, url, allowed)
    client = HaloClient(endpoints, credential, lambda: GuardedTransport(allowed), spent, clock, retries=0)
    try:
        granted = await client.tokens.granted()
        identity = endpoints.identity
        known = f"tenant {identity.tenant_id or 'none'}, database {identity.database_id or 'none'}"
        scopes = f"granted: {' '.join(granted.asked)}; missing: {' '.join(granted.missing) or 'none'}"
        found = [
            told("2", "authinfo and InstanceInfo tell who it is", known, identity.tenant_id is not None),
            told("3", "a token is given for granular scopes", scopes, bool(granted.asked)),
        ]
        for check in CHECKS:
            found += await _checked(check, Looking(client, clock))
        return found
    finally:
        await client.aclose()


async def _checked(check: Look, look: Looking) -> list[Fact]:
    try:
        return await check(look)
    except (HaloError, TooMany) as error:
        return [told("", getattr(check, "__name__", "check").replace("_", " "), str(error), None)]


def main(output: TextIO = sys.stdout) -> int:
    """Print one line a fact in a terminal, JSON when piped."""
    try:
        url, credential = os.environ[f"{NAME}_URL"], _credential()
    except KeyError as missing:
        sys.stderr.write(f"probe: set {missing.args[0]}\n")
        return 2
    allowed, spent = AllowedHosts.parse(os.environ.get("HALOBUS_ALLOWED_HOSTS", "")), Spent()
    try:
        facts = asyncio.run(probe(url, lambda: credential, allowed, spent))
    except HaloError as error:
        sys.stderr.write(f"probe: {error.problem.title}. {error.problem.remedy}\n")
        return 2
    if output.isatty():
        for fact in facts:
            output.write(f"{fact.verdict:13}  {fact.section:4}  {fact.written}: {fact.seen}\n")
        output.write(f"{spent.requests} requests\n")
    else:
        output.write(json.dumps({"requests": spent.requests, "facts": [asdict(fact) for fact in facts]}) + "\n")
    return int(any(fact.verdict == "differs" for fact in facts))


def _credential() -> Credential:
    file = os.environ.get(f"{NAME}_CLIENT_SECRET_FILE")
    secret = Path(file).read_text().strip() if file else os.environ[f"{NAME}_CLIENT_SECRET"]
    return Credential("probe", host_of(os.environ[f"{NAME}_URL"]), os.environ[f"{NAME}_CLIENT_ID"], secret)


if __name__ == "__main__":
    sys.exit(main())
