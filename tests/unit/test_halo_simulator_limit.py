"""The simulator's request limit and its log (docs/halo.md section 10)."""

from __future__ import annotations

from halo_simulator.applications import CLIENT_ID
from halo_simulator.caller import opened

TEXT = "Rate Limit Reached - 300 Requests per rolling 5 minute window"


async def test_every_call_counts_and_the_301st_is_refused() -> None:
    async with opened("-") as halo:
        await halo.get("authinfo")
        await halo.token()
        for _ in range(298):
            await halo.http.get("/api/nowhere")
        for path in ("/api/authinfo", "/api/Tickets"):
            refused = await halo.http.get(path)
            assert (refused.status_code, refused.text) == (429, TEXT)
            assert "retry-after" not in refused.headers
        assert (await halo.token()).status_code == 429
        figures = await halo.control.budget()
        assert (figures["served"], figures["refused"], figures["max_in_window"]) == (300, 3, 300)


async def test_the_window_rolls() -> None:
    async with opened(limit=3, window=10.0) as halo:
        await halo.control.clock(advance=6)
        await halo.get("Team")
        await halo.get("Team")
        assert (await halo.http.get("/api/Team")).status_code == 429
        await halo.control.clock(advance=5)
        await halo.get("Team")
        assert (await halo.http.get("/api/Team")).status_code == 429
        assert (await halo.control.budget())["max_in_window"] == 3


async def test_retry_after_is_given_when_configured() -> None:
    async with opened(limit=1, retry_after=True) as halo:
        refused = await halo.http.get("/api/Team")
        assert 295 <= int(refused.headers["retry-after"]) <= 301


async def test_failed_requests_count_but_not_a_storm() -> None:
    async with opened() as halo:
        before = (await halo.control.budget())["served"]
        await halo.control.fault("500", path="/Team")
        await halo.control.fault("429_storm", path="/Team")
        assert [(await halo.http.get("/api/Team")).status_code for _ in range(3)] == [500, 429, 200]
        assert (await halo.control.budget())["served"] == before + 2


async def test_the_control_api_is_free() -> None:
    async with opened(limit=2) as halo:
        for _ in range(5):
            await halo.control.config()
        await halo.get("Team")


async def test_the_log_tells_who_asked_what() -> None:
    async with opened() as halo:
        mark = await halo.control.mark()
        await halo.get("Tickets", pageinate="true", page_size=10, team="1")
        await halo.http.get("/api/Nowhere")
        seen = await halo.control.requests(since=mark)
        assert [(entry["path"], entry["status"], entry["rows"]) for entry in seen] == [
            ("/api/Tickets", 200, 10),
            ("/api/Nowhere", 404, -1),
        ]
        assert seen[0]["query"] == "pageinate=true&page_size=10&team=1"
        assert seen[0]["client_id"] == CLIENT_ID
        assert len(await halo.control.requests(since=mark, path="tickets$", method="get", client_id=CLIENT_ID)) == 1
        await halo.control.clear_requests()
        assert await halo.control.requests() == []
