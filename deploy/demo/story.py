"""The story: everything starts, Halo is connected, chosen from, synced and checked, and changes arrive."""

import asyncio
import time
from collections.abc import Coroutine, Mapping
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import httpx

from demo import (
    addresses,
    arriving,
    check,
    choosing,
    connecting,
    hosting,
    importing,
    leftovers,
    streams,
    syncing,
    writing,
)
from demo.api import sign_in_link
from demo.check import Figure, Row
from demo.choosing import Choices
from demo.errors import DemoError
from demo.parts import Parts, up
from demo.place import SIZES, TENANT, Place
from demo.view import View

WATCH = 0.5
T = TypeVar("T")


async def tell(view: View, place: Place, began: float, stays: bool) -> int:
    """The exit code: 0 if all figures are right, which stand last, on one screen.

    With ``stays`` everything is left running until it is cancelled.
    """
    view.step(f"1  Start: Kafka, MongoDB, a Halo with {SIZES[place.size]:,} tickets, and the five services")
    async with up(place, view) as parts:
        view.link("The page, by a link that signs in once", _link(parts))
        figures = await _watched(parts, _main_job(parts))
        seconds = time.monotonic() - began
        await _tidy(parts)
        with ExitStack() as ends:
            if stays:
                ends.callback(_where_to_look(parts).unlink)  # what it names is gone then
            right = _judged(view, figures, seconds)
            if stays:
                await _stay(parts)
    return 0 if right else 1


async def _main_job(parts: Parts) -> list[Figure]:
    view = parts.view
    view.step("2  Connect Halo, as the wizard's first step does")
    await hosting.seed(parts.database, TENANT, view)
    await connecting.connect(parts)
    view.step("3  Choose teams, statuses and stages; Complete Setup")
    choices = await choosing.choose(parts)
    view.step("4  Sync all streams: listed by Halo = written + unchanged + filtered + stale + dead letters")
    figures = await syncing.resync(parts)
    truth = await _truth(parts, choices)
    figures.append(await check.of_tickets(truth, parts.database, TENANT))
    figures += await streams.figures(parts)
    view.step("5  Companies are imported; their contacts become accounts, assets become devices by type")
    figures += [await importing.companies(parts), await importing.devices(parts)]
    view.step("6  From the portal into Halo, once: an opportunity from the planner, and a comment")
    figures += [await writing.opportunity(parts), await writing.comment(parts, _open_one(truth, choices))]
    view.step("7  A change made in Halo arrives: by Quick Sync, then by the schedule")
    first, second = sorted(truth)[:2]
    figures.append(await arriving.by_quick_sync(parts, choices, first))
    figures.append(await arriving.by_schedule(parts, choices, second))
    again = await check.of_tickets(await _truth(parts, choices), parts.database, TENANT)
    return [*figures, replace(again, name="tickets, at the end"), await syncing.budget(parts)]


def _judged(view: View, figures: list[Figure], seconds: float) -> bool:
    """Whether all are right."""
    right = all(figure.right for figure in figures)
    view.step("8  Figures")
    view.show(check.table(figures))
    view.say(f"{'All figures are right' if right else '✗ A figure is off'}, {seconds:.0f} s after the start.")
    return right


def _open_one(truth: Mapping[int, Row], choices: Choices) -> int:
    """A ticket that Halo takes comments on, and that the next steps leave alone."""
    return next(
        id for id, (status, *_) in sorted(truth.items())[2:] if choices.statuses.get(status or 0) not in choosing.CLOSED
    )


async def _truth(parts: Parts, choices: Choices) -> dict[int, Row]:
    """What Halo itself says should be visible."""
    return {
        ticket["id"]: check.truth_row(ticket)
        async for ticket in parts.halo.tickets()
        if check.should_be_visible(ticket, choices.scope)
    }


async def _tidy(parts: Parts) -> None:
    if parts.ours:
        await leftovers.remove_earlier(parts.settings, parts.database, parts.place)


def _where_to_look(parts: Parts) -> Path:
    """The file with all addresses."""
    file = addresses.write(parts)
    parts.view.step("Where to look next")
    parts.view.show(addresses.table(parts))
    parts.view.show(addresses.commands(parts))
    parts.view.link("Another sign-in link to the page", _link(parts))
    return file


async def _stay(parts: Parts) -> None:
    """Until Ctrl-C or SIGTERM, which is how one leaves: no error."""
    parts.view.say("Everything stays up and goes on syncing until Ctrl-C.")
    with suppress(asyncio.CancelledError):
        await _watched(parts, asyncio.Event().wait())


def _link(parts: Parts) -> str:
    return sign_in_link(parts.place.url("wizard-api"), parts.environments.secrets.jwt)


async def _watched(parts: Parts, work: Coroutine[Any, Any, T]) -> T:
    """The work's result; DemoError if a process ends meanwhile."""
    working, watching = asyncio.create_task(work), asyncio.create_task(_watch(parts))
    try:
        await asyncio.wait({working, watching}, return_when=asyncio.FIRST_COMPLETED)
        return await (working if working.done() else _never(watching))
    except httpx.TransportError as error:
        parts.processes.check()  # mostly because it has ended
        raise DemoError(f"a part does not answer ({type(error).__name__}): see {parts.place.logs}") from error
    finally:
        working.cancel()
        watching.cancel()
        await asyncio.gather(working, watching, return_exceptions=True)


async def _watch(parts: Parts) -> None:
    while True:
        parts.processes.check()
        await asyncio.sleep(WATCH)


async def _never(watching: "asyncio.Task[None]") -> Any:
    """Raises what the watch has found: it ends in no other way."""
    return await watching
