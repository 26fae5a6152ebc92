"""Comments, both ways, on the whole system: what a client may read, and what they write into Halo."""

from pathlib import Path
from typing import Any
from uuid import uuid4

from conftest import Place

from halo_simulator.running import running
from support.commenting import (
    CLIENT,
    INTERNAL_NOTE,
    PORTAL_COMMENT,
    UPDATED,
    comments,
    ended,
    in_halo,
    quick,
    synced,
    texts,
    ticket_of,
    write,
)
from support.system import Portal
from support.truth import balanced
from support.waiting import until


async def test_a_client_reads_what_is_visible_and_no_private_word(place: Place, tmp_path: Path) -> None:
    async with running(limit=100000) as halo, synced(place, tmp_path, halo) as (it, portal):
        first, second = await ticket_of(halo), await ticket_of(halo)
        awkward = "Cost: $5 & <b>50.5%</b>\n$set a.b"
        await halo.control.comment(first, note=awkward, note_html="<p>Cost: <i>$5</i> &amp; 50.5%<br>$set a.b</p>")
        await halo.control.comment(first, note="Never tell them", hidden=True)
        await halo.control.comment(first, note="Soon private")
        await halo.control.comment(second, note="Another ticket, the same number")
        run = await quick(it, portal)
        assert balanced(run) == []
        assert [read["listed"] for read in run["reads"] if read["stream"] == "comments"] == [2]

        view = await comments(portal, first)
        assert view["fresh"]
        assert [item["id"] for item in view["items"]] == [1, 3]
        assert texts(view)[0] == "Cost: $5 & 50.5%\n$set a.b"
        assert texts(await comments(portal, second)) == ["Another ticket, the same number"]

        await halo.control.ops({"op": "edit_action", "id": first, "action": 3, "hidden": True})
        # A change in the second in which its comments are read is read once more: Halo's times are in seconds.
        await halo.control.clock(advance=2)
        assert balanced(await quick(it, portal)) == []
        assert texts(await comments(portal, first)) == ["Cost: $5 & 50.5%\n$set a.b"]

        mark = await halo.control.mark()
        again = await quick(it, portal)
        assert [read for read in again["reads"] if read["stream"] == "comments"] == []
        assert await halo.control.requests(mark, path="/Actions") == [], "nothing changed: nothing is asked"
        kept = str(await it.database.comments.find({}).to_list(None))
        assert "Never tell them" not in kept
        assert "Soon private" not in kept


async def test_what_a_cycle_leaves_is_read_when_the_ticket_is_opened(place: Place, tmp_path: Path) -> None:
    async with (
        running(limit=100000) as halo,
        synced(place, tmp_path, halo, HALOBUS_COMMENTS_PER_CYCLE="1") as (it, portal),
    ):
        older, newest = await ticket_of(halo), await ticket_of(halo)
        await halo.control.comment(older, note="Left for later")
        await halo.control.clock(advance=60)
        await halo.control.comment(newest, note="x" * 300_000)
        for number in range(5):
            await halo.control.comment(newest, note=f"{number}" * 300_000)
        run = await quick(it, portal)
        assert sum(read["listed"] for read in run["reads"] if read["stream"] == "comments") == 1
        large = await comments(portal, newest)
        assert large["truncated"]
        assert texts(large)[-1] == "4" * 300_000, "the newest that fit"

        mark = await halo.control.mark()
        view = await comments(portal, older)
        assert (texts(view), view["fresh"]) == (["Left for later"], True)
        await comments(portal, older)
        assert len(await halo.control.requests(mark, path="/Actions")) == 1

        await portal.applied(await portal.sync("clear", streams=["tickets"]))
        assert texts(await comments(portal, older)) == ["Left for later"], "read again, of the new generation"

        async def past_is_gone() -> bool:
            return await it.database.comments.count_documents({"version": {"$lt": "0" * 13 + "1"}}) == 0

        await until(past_is_gone)


async def test_a_comment_arrives_once_visible_with_its_author_and_status(place: Place, tmp_path: Path) -> None:
    async with running(limit=100000) as halo, synced(place, tmp_path, halo) as (it, portal):
        ticket = await ticket_of(halo)
        await quick(it, portal)
        company = (await portal.call("GET", f"/tickets/{ticket}"))["company"]["id"]
        async with it.portal(permissions=CLIENT, companies=[company], sub="u1", name="Jörg Müller") as client:
            text, key = "It works.\n<script>alert('$1')</script> & a.b", uuid4().hex
            sent = await write(client, ticket, text, key)
            assert sent["state"] == "sending"
            assert (await write(client, ticket, text, key))["id"] == sent["id"], "the same key is the same comment"
            assert (await ended(client, ticket, sent["id"]))["state"] == "sent"
            [action] = await in_halo(halo, ticket, text)
            assert (action["who"], action["hidden"], action["outcome_id"]) == ("Jörg Müller", False, PORTAL_COMMENT)
            assert (await halo.control.ticket(ticket))["status_id"] == UPDATED

            async def echoed() -> dict[str, Any] | None:
                document = await it.database.comments.find_one({"id": str(ticket)})
                found = document["content"]["comments"] if document else []
                return found[0] if found else None

            stored = await until(echoed)
            assert stored is not None
            assert (stored["origin"], stored["by"]) == (sent["id"], "portal")
            assert "data-halobus" not in stored["html"]
            view = await comments(client, ticket)
            assert [(item["text"], item["state"], item["by"]) for item in view["items"]] == [(text, "sent", "portal")]

            async def has_its_status() -> bool:
                return bool((await client.call("GET", f"/tickets/{ticket}"))["status"]["id"] == UPDATED)

            await until(has_its_status)
        logged = str(await it.database.audit.find({"action": "ticket.comment"}).to_list(None))
        assert sent["id"] in logged
        assert "It works" not in logged


async def test_what_cannot_be_commented_on_says_what_can_be_done(place: Place, tmp_path: Path) -> None:
    async with running(limit=100000) as halo, synced(place, tmp_path, halo) as (it, portal):
        open_one, closed, merged = [await ticket_of(halo) for _ in range(3)]
        await halo.control.change(closed, status_id=9)
        await quick(it, portal)
        await halo.control.merge(merged, open_one)
        await quick(it, portal)
        assert await refusal(portal, closed) == (409, "urn:halobus:problem:ticket-closed")
        assert await refusal(portal, merged) == (409, "urn:halobus:problem:ticket-merged")
        assert await refusal(portal, open_one, key=None) == (428, "urn:halobus:problem:idempotency-key-required")
        assert (await refusal(portal, open_one, "  "))[0] == 422
        assert (await refusal(portal, 99_999_999))[0] == 404
        async with it.portal(permissions=CLIENT, companies=[999_999]) as stranger:
            for ticket in (open_one, closed, merged):
                assert (await refusal(stranger, ticket))[0] == 404
                assert (await stranger.http.get(f"/api/v1/tickets/{ticket}/comments")).status_code == 404

        await halo.control.agent(3, denied=[PORTAL_COMMENT])
        refused = await ended(portal, open_one, (await write(portal, open_one, "Hello"))["id"])
        assert refused["state"] == "refused"
        assert refused["problem"]["halo"] == "You do not have access to this Action at the moment"
        shown = (await comments(portal, open_one))["items"][-1]
        assert (shown["text"], shown["state"]) == ("Hello", "refused")

        await portal.settings("tickets")
        assert await refusal(portal, open_one) == (409, "urn:halobus:problem:no-comment-outcome")


async def test_the_outcome_is_one_that_clients_see(place: Place, tmp_path: Path) -> None:
    async with running(limit=100000) as halo, synced(place, tmp_path, halo) as (_, portal):
        choices = (await portal.call("GET", "/integrations/halo/reference/outcomes"))["items"]
        usable = {item["id"] for item in choices if item["usable"]}
        assert PORTAL_COMMENT in usable
        path = "/api/v1/integrations/halo/settings/tickets"
        tag = (await portal.http.get(path)).headers["etag"]
        for outcome in (INTERNAL_NOTE, 1, 12345):
            assert outcome not in usable
            answer = await portal.http.put(path, json={"comment_outcome": outcome}, headers={"if-match": tag})
            assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "comment_outcome")


async def refusal(
    portal: Portal, ticket: int, text: str = "Hello", key: str | None = "one that is never accepted"
) -> tuple[int, str]:
    """Status and type of the problem that a comment is answered with."""
    headers = {"idempotency-key": key} if key else {}
    answer = await portal.http.post(f"/api/v1/tickets/{ticket}/comments", json={"text": text}, headers=headers)
    return answer.status_code, answer.json().get("type", "")
