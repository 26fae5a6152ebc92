"""creating: an opportunity while Halo is silent, refuses, fails, or the connector is killed; the simulator counts."""

import asyncio
import random
import time
from collections import Counter

from chaos.comments import ENVIRONMENT, TROUBLES
from chaos.load import PATIENCE
from chaos.row import Broken, Ground, Row, spread
from chaos.started import halo, tenant
from halo_simulator.control import Control
from support.creating import PLANNING, create, ended, in_halo, prepare
from support.system import Portal, System


async def creating(ground: Ground, full: bool) -> Row:
    """20 rounds of every trouble; in small one."""
    chance, broken = random.Random(12), Broken()
    seconds: dict[str, list[float]] = {name: [] for name in TROUBLES}
    states: Counter[str] = Counter()
    posts: list[int] = []
    async with (
        halo(False, retry_after=True) as source,
        tenant(ground, "creating", source, **ENVIRONMENT) as (it, admin),
        it.portal(admin.tenant, PLANNING) as portal,
    ):
        await prepare(portal)
        for number in range(20 if full else 1):
            # Every fourth time Halo strips the mark, so that one is known by its summary, client and time alone.
            await source.control.config(sanitize_notes=number % 4 == 3)
            for name in TROUBLES:
                title = f"Round {number}, {name}"
                began, mark = time.monotonic(), await source.control.mark()
                state = await _under(name, chance, it, portal, source.control, title)
                seconds[name].append(time.monotonic() - began)
                states[state] += 1
                posts.append(len(await source.control.requests(mark, path="/Opportunities", method="POST")))
                there = len(await in_halo(source.control, title))
                right = there == 1 if state == "sent" else state == "needs_review" and there < 2
                broken.unless(right, f"{title}: {state}, {there} times in Halo")
    figures = {
        "ended": ", ".join(f"{count} {state}" for state, count in sorted(states.items())),
        "posts an opportunity": spread([float(count) for count in posts], "posts"),
        **{f"seconds of {name}": spread(times) for name, times in seconds.items()},
    }
    done = f"{states.total()} opportunities, each under one of: {', '.join(TROUBLES)}"
    return Row("creating", done, figures, broken.sentences)


async def _under(name: str, chance: random.Random, it: System, portal: Portal, control: Control, title: str) -> str:
    """Create one under this trouble; how it ended."""
    fault = TROUBLES[name] or ("hang", {"when": chance.choice(("before", "after"))})
    await control.fault(fault[0], path="/Opportunities", method="POST", params=fault[1])
    asked = await create(portal, title, description="Made in trouble", value=100.0)
    if TROUBLES[name] is None:
        await asyncio.sleep(chance.uniform(0.0, 1.5))  # the random moment itself: recorded, accepted, sending
        connector = it.processes["connector"]
        connector.kill()
        assert connector.child is not None
        await connector.child.wait()
        await connector.start()
    done = await ended(portal, asked["id"], PATIENCE)
    await control.clear_faults()
    return str(done["state"])
