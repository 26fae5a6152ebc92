"""A Halo client that is not ours, the package `halopsa`, gets along with the simulator.

It builds its addresses from a tenant's name (`https://{tenant}.halopsa.com`) and has no setting for another host, so
its session sends those requests to the simulator. Nothing else of it is touched. It is a development dependency only.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

import pytest
import requests
from HaloPSA import Halo  # type: ignore[import-untyped]

from halo_simulator import FOREIGN_ID, FOREIGN_SECRET, Running, running

T = TypeVar("T")
HOST = "https://contoso.halopsa.com"


def connect(sim: Running, patch: pytest.MonkeyPatch, secret: str = FOREIGN_SECRET, scope: str = "all") -> Any:
    """The foreign client, its requests sent to the simulator."""

    class Redirected(requests.Session):
        def request(self, method: str, url: Any, *rest: Any, **more: Any) -> requests.Response:
            return super().request(method, str(url).replace(HOST, sim.url), *rest, **more)

    patch.setattr(requests, "Session", Redirected)
    return Halo("contoso", FOREIGN_ID, secret, scope=scope)


async def calling(work: Callable[[], T]) -> T:
    """Runs the client, which blocks, beside the simulator's loop."""
    return await asyncio.to_thread(work)


async def test_it_reads_every_page_of_tickets(monkeypatch: pytest.MonkeyPatch) -> None:
    def read(halo: Any) -> list[int]:
        found: list[int] = []
        for page in range(1, 4):
            body = halo.Tickets.search(pageinate=True, page_size=100, page_no=page, order="id", domain="reqs")
            found += [row["id"] for row in body["tickets"]]
        assert body["record_count"] == len(found)
        return found

    async with running() as sim:
        halo = await calling(lambda: connect(sim, monkeypatch))
        listed = await calling(lambda: read(halo))
        truth = [row async for row in sim.control.tickets()]
        assert listed == [row["id"] for row in truth if not row["deleted"] and not row["merged_into"]]


async def test_it_reads_clients_teams_and_a_single_ticket(monkeypatch: pytest.MonkeyPatch) -> None:
    async with running() as sim:
        halo = await calling(lambda: connect(sim, monkeypatch))
        clients = await calling(lambda: halo.Clients.search(count=10))
        assert clients["record_count"] > len(clients["clients"]) == 10
        teams = await calling(lambda: halo.Teams.search())
        assert [team["name"] for team in teams].count("Service Desk") == 2
        assert (await calling(lambda: halo.Tickets.get(id=1001)))["id"] == 1001


async def test_it_creates_a_ticket_and_comments_on_it(monkeypatch: pytest.MonkeyPatch) -> None:
    async with running() as sim:
        halo = await calling(lambda: connect(sim, monkeypatch))
        made = await calling(lambda: halo.Tickets.update(summary="From afar", client_id=12, tickettype_id=1))
        assert (await sim.control.ticket(made["id"]))["summary"] == "From afar"
        await calling(lambda: halo.Actions.update(ticket_id=made["id"], outcome_id=2, note="Hello"))
        shown = await calling(lambda: halo.Actions.search(ticket_id=made["id"]))
        assert [action["note"] for action in shown["actions"]] == ["Hello"]
        assert (await calling(lambda: halo.Actions.search()))["actions"] == []


async def test_it_understands_the_refusals(monkeypatch: pytest.MonkeyPatch) -> None:
    async with running() as sim:
        with pytest.raises(ValueError, match="client ID and secret"):
            await calling(lambda: connect(sim, monkeypatch, secret="wrong"))
        halo = await calling(lambda: connect(sim, monkeypatch, scope="read:tickets"))
        with pytest.raises(PermissionError):
            await calling(lambda: halo.Clients.search())
        with pytest.raises(ValueError, match="An Outcome must be entered"):
            await calling(lambda: connect(sim, monkeypatch).Actions.update(ticket_id=1001, note="No outcome"))
