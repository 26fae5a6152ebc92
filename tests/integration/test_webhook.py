"""The webhook on a real HTTP server and a real topic: signed, retried, in order, given up after a day."""

import hmac
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from conftest import Place
from pydantic import ValidationError

from halobus import metrics, store, topics
from halobus.messages import Fact
from halobus.publisher import Raw
from halobus.service import Service
from support.consumers import Bench, bench
from support.http_server import Reply, Request, serving
from support.system import PUBLIC
from support.waiting import until
from wizard_api import webhook
from wizard_api.configuration import WizardSettings
from wizard_api.webhook import GROUP, Webhook

SECRET = "a webhook secret of thirty-two bytes or more"


@dataclass
class Receiver:
    """``answers``: statuses to give first, 204 after them; ``posts``: headers and body of each request."""

    url: str = ""
    answers: list[int] = field(default_factory=list)
    posts: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    @property
    def ids(self) -> list[str]:
        return [headers["halobus-fact-id"] for headers, _ in self.posts]


@contextmanager
def receiver(*answers: int) -> Iterator[Receiver]:
    found = Receiver(answers=list(answers))

    def take(request: Request) -> Reply:
        found.posts.append((dict(request.headers), request.body))
        return Reply(found.answers.pop(0) if found.answers else 204, {"location": f"{found.url}elsewhere"})

    with serving(take) as address:
        found.url = f"{address}/hook"
        yield found


def settings_for(place: Place, url: str, **more: Any) -> WizardSettings:
    values: dict[str, Any] = {
        "kafka_bootstrap_servers": place.bootstrap_servers,
        "mongodb_uri": place.mongodb_uri,
        "topic_prefix": place.topic_prefix,
        "database": place.database,
        "http_port": 0,
        "sealing_public_key": PUBLIC,
        "jwt_secret": "x" * 32,
        "jwt_issuer": "portal",
        "jwt_audience": "halobus",
        "allowed_hosts": "127.0.0.1",
        "webhook_url": url,
        "webhook_secret": SECRET,
    }
    return WizardSettings(**{**values, **more})


@asynccontextmanager
async def posting(place: Place, url: str) -> AsyncIterator[Bench]:
    """wizard-api's webhook, consuming."""
    async with bench(place) as here:
        settings = settings_for(place, url)
        service = Service("wizard-api", settings)
        Webhook(settings).attach(service)
        await service.bus.start()
        try:
            yield here
        finally:
            await service.bus.stop()
            store.close(service.database)


def fact(id: str, tenant: str = "acme") -> Fact:
    return Fact(id=id, type="run.applied", tenant=tenant, connection="c1", at=datetime.now(UTC), subject="r1")


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


async def test_a_fact_is_posted_once_and_signed_so_that_the_portal_can_check_it(place: Place) -> None:
    with receiver() as portal:
        async with posting(place, portal.url) as here:
            await here.bus.send_fact(fact("f1"), "test")
            await here.until_caught_up(topics.FACTS, GROUP)
    [(headers, body)] = portal.posts
    assert Fact.model_validate_json(body).id == headers["halobus-fact-id"] == "f1"
    at, said = (part.split("=")[1] for part in headers["halobus-signature"].split(","))
    assert abs(int(at) - time.time()) < 60
    # As docs/host-portal.md says it, not by our own function.
    assert said == hmac.new(SECRET.encode(), at.encode() + b"." + body, "sha256").hexdigest()


async def test_what_is_not_taken_comes_again_under_the_same_id_and_in_order(place: Place) -> None:
    with receiver(204, 500, 302) as portal:
        async with posting(place, portal.url) as here:
            await here.bus.send_facts([fact("f1"), fact("f2"), fact("f3")], "test")
            await here.until_caught_up(topics.FACTS, GROUP)
    assert portal.ids == ["f1", "f2", "f2", "f2", "f3"], "f1 is not told again, and a redirect is not followed"


async def test_a_portal_that_is_away_gets_it_when_it_is_back(place: Place) -> None:
    before = metrics.value(metrics.WEBHOOK_DELIVERIES, outcome="failed")
    with receiver() as portal:
        pass
    async with posting(place, portal.url) as here:
        await here.bus.send_fact(fact("f1"), "test")

        async def tried() -> bool:
            return metrics.value(metrics.WEBHOOK_DELIVERIES, outcome="failed") > before

        await until(tried)
        assert not await here.caught_up(topics.FACTS, GROUP)


async def test_what_is_undeliverable_for_a_day_is_dropped_and_counted(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = metrics.value(metrics.WEBHOOK_DELIVERIES, outcome="dropped")
    monkeypatch.setattr(webhook, "GIVEN_UP_SECONDS", 0)
    with receiver(500) as portal:
        async with posting(place, portal.url) as here:
            await here.bus.send_facts([fact("f1"), fact("f2")], "test")
            await here.until_caught_up(topics.FACTS, GROUP)
    assert portal.ids == ["f1", "f2"]
    assert metrics.value(metrics.WEBHOOK_DELIVERIES, outcome="dropped") == before + 1


async def test_what_is_no_fact_stops_nothing(place: Place) -> None:
    with receiver() as portal:
        async with posting(place, portal.url) as here:
            await here.bus.publish_raw(topics.FACTS, [Raw(b"acme", b"no fact", [])], partition=0)
            await here.bus.send_fact(fact("f1"), "test")
            await here.until_caught_up(topics.FACTS, GROUP)
    assert portal.ids == ["f1"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"webhook_url": "http://portal.example/hook"}, "must begin with https://"),
        ({"webhook_url": "ftp://127.0.0.1/hook"}, "must begin with https://"),
        ({"webhook_url": "https://ann:pw@portal.example/hook"}, "must begin with https://"),
        ({"webhook_secret": "short"}, "HALOBUS_WEBHOOK_SECRET"),
    ],
)
def test_wrong_settings_are_refused(place: Place, wrong: dict[str, str], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        settings_for(
            place,
            **{"url": "https://portal.example/hook", **{k.replace("webhook_url", "url"): v for k, v in wrong.items()}},
        )
