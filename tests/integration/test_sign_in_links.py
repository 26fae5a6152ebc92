"""A sign-in link's token: one session, and nothing else."""

import secrets
from datetime import UTC, datetime
from typing import Any

import httpx

from support.portal import HALO, Portal

SESSION = "/api/v1/session"


def link() -> dict[str, Any]:
    return {"once": True, "jti": secrets.token_urlsafe(16)}


async def test_it_opens_one_session(portal: Portal) -> None:
    claims = link()
    async with portal.client("acme", **claims) as client:
        first, second = await client.post(SESSION), await client.post(SESSION)
    assert first.status_code == 201
    assert first.json()["tenant"] == "acme"
    assert (second.status_code, "set-cookie" in second.headers) == (401, False)
    assert "used already" in second.json()["detail"]
    kept = await portal.database.used_links.find_one({"_id": f"acme:{claims['jti']}"})
    assert kept is not None
    assert kept["expires"] > datetime.now(UTC)


async def test_the_session_works_and_the_token_itself_does_not(portal: Portal) -> None:
    async with portal.client("acme", **link()) as client:
        refused = await client.get(HALO)
        assert (refused.status_code, "sign-in link" in refused.json()["detail"]) == (401, True)
        cookie = (await client.post(SESSION)).cookies["halobus_session"]
    async with portal.anonymous({"Cookie": f"halobus_session={cookie}"}) as client:
        assert (await client.get(HALO)).status_code == 200


async def test_two_browsers_at_once_get_one_session(portal: Portal) -> None:
    async with portal.client("acme", **link()) as one, portal.client("acme") as other:
        other.headers["Authorization"] = one.headers["Authorization"]
        answers: list[httpx.Response] = [await one.post(SESSION), await other.post(SESSION)]
    assert sorted(answer.status_code for answer in answers) == [201, 401]


async def test_a_link_without_a_number_of_its_own_is_refused(portal: Portal) -> None:
    async with portal.client("acme", once=True) as client:
        refused = await client.post(SESSION)
    assert (refused.status_code, "jti" in refused.json()["detail"]) == (401, True)


async def test_other_tokens_may_come_again(portal: Portal) -> None:
    async with portal.client("acme", jti=secrets.token_urlsafe(16)) as client:
        assert [(await client.post(SESSION)).status_code for _ in range(2)] == [201, 201]
