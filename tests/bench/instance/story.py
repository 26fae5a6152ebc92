"""From the wizard's first step to Clear & Resync, measured, and compared with Halo after every phase."""

from collections.abc import Callable
from dataclasses import dataclass, field

from bench.instance.day import day
from bench.instance.phases import Phase, measured, sync
from bench.instance.scene import ROLE, Scale, Scene, scene
from bench.instance.truth import accounts_follow, compare, devices_follow
from chaos.row import Ground

QUIET = 15
"""Requests that a cycle without a change may cost, no list being due (promise 7)."""
OVERLAP_HOURS = 3
"""After so long no row that changed during the day is read again."""


@dataclass
class Result:
    """``records``: what each stream held in the end; ``broken``: a sentence for each thing that did not hold."""

    scale: Scale
    phases: list[Phase] = field(default_factory=list)
    records: dict[str, int] = field(default_factory=dict)
    changes: int = 0
    accounts: int = 0
    devices: int = 0
    broken: list[str] = field(default_factory=list)


async def whole(ground: Ground, scale: Scale, tell: Callable[[str], None]) -> Result:
    """The run; a phase that can't be finished ends it with an exception."""
    result = Result(scale)
    async with scene(ground, scale, tell) as here:
        await _first_sync(here, result)
        await _people_and_devices(here, result)
        await _day(here, result)
        await _quiet(here, result)
        await _clear(here, result)
        result.broken = here.broken.sentences
        for sentence in result.broken:
            tell(f"broken: {sentence}")
    return result


async def _first_sync(here: Scene, result: Result) -> None:
    """Connect, choose everything, Complete Setup, Resync."""
    async with measured(here, "Connect and test") as phase:
        tested = await here.portal.connect(here.halo.url, here.halo.client_id, here.halo.client_secret)
        assert tested["diagnosis"]["connected"], tested
    result.phases.append(phase)
    switches = {"users": True, "companies": True, "tickets": True, "opportunities": True, "auto_import": True}
    await here.portal.settings("sync", teams="all", default_role=ROLE, interval_minutes=30, **switches)
    await here.portal.call("POST", "/integrations/halo/complete")
    await here.portal.call("PATCH", "/integrations/halo", {"paused": True})  # no sync but those that are measured
    async with measured(here, "First sync") as phase:
        await sync(here, phase, "resync")
    result.phases.append(phase)
    result.records = await compare(here, "after the first sync")


async def _people_and_devices(here: Scene, result: Result) -> None:
    """All companies are imported, every asset type is mapped and switched to Auto-Sync: nothing is asked of Halo."""
    async with measured(here, "Import all companies, accounts and devices") as phase:
        await here.portal.call("POST", "/companies/import", {"ids": "all", "inactive": True, "alike": True})
        await here.portal.call("POST", "/assets/types/quick-match")
        await here.portal.call("POST", "/assets/types/quick-create")
        for row in (await here.portal.call("GET", "/assets/types"))["items"]:
            device_type = row["maps_to"]["id"] if row["maps_to"] else "workstation"
            rule = {"device_type": device_type, "auto_sync": True}
            await here.portal.call("PATCH", f"/assets/types/{row['id']}", rule)
        result.accounts = await accounts_follow(here, "after the import")
        result.devices = await devices_follow(here, "after the import")
    result.phases.append(phase)


async def _day(here: Scene, result: Result) -> None:
    async with measured(here, "A day of changes") as phase:
        result.changes = await day(here, phase)
    result.phases.append(phase)
    result.records = await compare(here, "after the day")
    result.accounts = await accounts_follow(here, "after the day")
    result.devices = await devices_follow(here, "after the day")


async def _quiet(here: Scene, result: Result) -> None:
    await here.halo.control.clock(advance=OVERLAP_HOURS * 3600)
    await sync(here, Phase("what the overlap reads again"), "quick")
    async with measured(here, "A quiet cycle") as phase:
        await sync(here, phase, "quick")
    here.broken.unless(phase.requests <= QUIET, f"a quiet cycle costs {phase.requests} requests, not {QUIET}")
    result.phases.append(phase)


async def _clear(here: Scene, result: Result) -> None:
    """Tickets are cleared; with the Resync after it everything else is asked for what changed."""
    async with measured(here, "Clear & Resync") as phase:
        await sync(here, phase, "clear")
        await sync(here, phase, "resync")
    result.phases.append(phase)
    await compare(here, "after Clear & Resync")
    await accounts_follow(here, "after Clear & Resync")
    await devices_follow(here, "after Clear & Resync")
