"""comments: a comment while Halo is silent, refuses, fails, or the connector is killed; the simulator counts."""

import asyncio
import random
import time
from collections import Counter
from typing import Any
from uuid import uuid4

from chaos.load import PATIENCE
from chaos.row import Broken, Ground, Row, spread
from chaos.started import halo, quick, tenant
from halo_simulator.control import Control
from support.system import Portal, System
from support.waiting import until

ENVIRONMENT = {
    "HALOBUS_HALO_WRITE_TIMEOUT": "1",
    "HALOBUS_HALO_WRITE_GRACE": "0.5",
    "HALOBUS_LEASE_SECONDS": "3",
    "HALOBUS_KAFKA_SESSION_TIMEOUT_MS": "6000",
}
TROUBLES: dict[str, tuple[str, dict[str, Any]] | None] = {
    "time-out": ("hang", {"when": "after"}),
    "429": ("429_storm", {"retry_after": 1}),
    "500": ("500", {}),
    "500 when it is done": ("500", {"when": "after"}),
    "reset": ("reset_mid_body", {}),
    "kill -9": None,
}
OUTCOME, OPEN = 4, 2


async def comments(ground: Ground, full: bool) -> Row:
    """20 rounds of every trouble; in small one."""
    chance, broken = random.Random(11), Broken()
    seconds: dict[str, list[float]] = {name: [] for name in TROUBLES}
    states: Counter[str] = Counter()
    posts: list[int] = []
    async with (
        halo(False, retry_after=True) as source,
        tenant(ground, "comments", source, **ENVIRONMENT) as (it, portal),
    ):
        await portal.settings("tickets", comment_outcome=OUTCOME)
        ticket = await source.control.create(status_id=OPEN, team_id=3)
        await quick(it, portal)
        for number in range(20 if full else 1):
            # Every fourth time Halo strips the mark, so that a comment is known by its text, author and time alone.
            await source.control.config(sanitize_notes=number % 4 == 3)
            for name in TROUBLES:
                text = f"Round {number}, {name}"
                began, mark = time.monotonic(), await source.control.mark()
                state = await _under(name, chance, it, portal, source.control, ticket, text)
                seconds[name].append(time.monotonic() - began)
                states[state] += 1
                posts.append(len(await source.control.requests(mark, path="/Actions", method="POST")))
                there = sum(1 for row in await source.control.actions(ticket) if row["note"] == text)
                right = there == 1 if state == "sent" else state == "needs_review" and there < 2
                broken.unless(right, f"{text}: {state}, {there} times in Halo")
    figures = {
        "ended": ", ".join(f"{count} {state}" for state, count in sorted(states.items())),
        "posts a comment": spread([float(count) for count in posts], "posts"),
        **{f"seconds of {name}": spread(times) for name, times in seconds.items()},
    }
    done = f"{states.total()} comments, each under one of: {', '.join(TROUBLES)}"
    return Row("comments", done, figures, broken.sentences)


async def _under(
    name: str, chance: random.Random, it: System, portal: Portal, control: Control, ticket: int, text: str
) -> str:
    """Write a comment under this trouble; how it ended."""
    fault = TROUBLES[name] or ("hang", {"when": chance.choice(("before", "after"))})
    await control.fault(fault[0], path="/Actions", method="POST", params=fault[1])
    headers = {"idempotency-key": uuid4().hex}
    sent = await portal.call("POST", f"/tickets/{ticket}/comments", {"text": text}, headers=headers)
    if TROUBLES[name] is None:
        await asyncio.sleep(chance.uniform(0.0, 1.5))  # the random moment itself: recorded, accepted, sending
        connector = it.processes["connector"]
        connector.kill()
        assert connector.child is not None
        await connector.child.wait()
        await connector.start()

    async def ended() -> str:
        found = await portal.call("GET", f"/tickets/{ticket}/comments/{sent['id']}")
        return "" if found["state"] == "sending" else str(found["state"])

    state = await until(ended, PATIENCE)
    await control.clear_faults()
    return state
