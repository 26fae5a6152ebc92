"""Dead letters as a bad build of sync-ticket leaves them, and the operator's commands on them."""

import json
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager, redirect_stdout
from io import StringIO
from typing import Any

from halobus import topics
from halobus.consumer import Consumer
from halobus.dlq_list import list_letters
from halobus.dlq_plan import Wish
from halobus.dlq_replay import replay as replay_letters
from halobus.dlq_show import show_letters
from halobus.mapping import Mapping
from halobus.messages import UPSERT_COMPANY
from halobus.publisher import Raw
from halobus.service import Service
from support.consumers import TICKET_STREAM, Bench, Where, bench, settings_of

DEAD = topics.TICKETS.dead_letters
TOPIC = topics.TICKETS.name


class Operator:
    """The commands in the test's process, piped. That they can be called is proven by test_dlq.py."""

    def __init__(self, here: Bench) -> None:
        self._where = here.settings, here.database

    async def replay(self, topic: topics.Topic = topics.TICKETS, **wish: Any) -> dict[str, Any]:
        return dict(await _said(replay_letters(*self._where, topic, Wish(**wish), dry_run=False, yes=True)))

    async def list(self, topic: topics.Topic = topics.TICKETS) -> Any:
        return await _said(list_letters(*self._where, [topic]))

    async def show(
        self,
        place: tuple[int, int] | None = None,
        *,
        reason: str | None = None,
        limit: int = 10,
        why: str | None = None,
    ) -> Any:
        return await _said(show_letters(*self._where, topics.TICKETS, place, reason=reason, limit=limit, why=why))


async def _said(command: Coroutine[Any, Any, None]) -> Any:
    with redirect_stdout(StringIO()) as out:
        await command
    return json.loads(out.getvalue())


@asynccontextmanager
async def bad_build(here: Bench) -> AsyncIterator[None]:
    """sync-ticket in a build that takes tickets for something unknown."""
    service = Service("sync-ticket", settings_of(here.place, build="bad"))
    Consumer(service, TICKET_STREAM, Mapping(UPSERT_COMPANY)).attach()
    await service.bus.start()
    try:
        yield
    finally:
        await service.bus.stop()
        service.database.client.close()


async def rejected(here: Bench, records: Sequence[Raw]) -> None:
    """Publish records and have the bad build reject them."""
    await here.bus.publish_raw(topics.TICKETS, records)
    async with bad_build(here):
        await here.until_caught_up()


async def audited(here: Bench, action: str) -> list[dict[str, Any]]:
    return await here.database["audit"].find({"action": action}).sort("at").to_list(None)


@asynccontextmanager
async def two_tenants(place: Where) -> AsyncIterator[Bench]:
    """A bench where acme and other have tickets of all teams."""
    async with bench(place) as made:
        await made.choose_teams("all")
        await made.choose_teams("all", tenant="other")
        yield made
