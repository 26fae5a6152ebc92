"""The simulator's error bodies and faults (docs/halo.md sections 11 and 12)."""

from __future__ import annotations

import json

import pytest

from halo_simulator.caller import opened
from halo_simulator.control import ControlError

SHAPES = {
    "message": {"Message"},
    "result_code": {"resultCode", "errorMessage"},
    "class_name": {"ClassName", "Message", "Data", "HResult"},
    "error": {"error"},
    "other": {"problem"},
}


@pytest.mark.parametrize("shape", SHAPES)
async def test_json_error_shapes(shape: str) -> None:
    async with opened(error_shape=shape) as halo:
        answer = await halo.http.get("/api/Tickets/5")
        assert (answer.status_code, set(answer.json())) == (404, SHAPES[shape])


@pytest.mark.parametrize(("shape", "kind"), [("text", "text/plain"), ("html", "text/html")])
async def test_errors_that_are_no_json(shape: str, kind: str) -> None:
    async with opened(error_shape=shape) as halo:
        assert (await halo.http.get("/api/Tickets/5")).headers["content-type"].startswith(kind)


async def test_a_storm_of_429_and_a_500_pass_by_themselves() -> None:
    async with opened() as halo:
        await halo.control.fault("429_storm", count=2, path="/Tickets")
        await halo.control.fault("500", path="/Tickets", params={"text": "Boom"})
        answers = [await halo.http.get("/api/Tickets") for _ in range(4)]
        assert [answer.status_code for answer in answers] == [429, 429, 500, 200]
        assert answers[2].json() == {"Message": "Boom"}
        assert [fault["struck"] for fault in await halo.control.faults()] == [2, 1]


async def test_a_fault_can_wait_and_be_cleared() -> None:
    async with opened() as halo:
        await halo.control.fault("html", count=None, path="/Team", after=1, method="GET")
        kinds = [(await halo.http.get("/api/Team")).headers["content-type"] for _ in range(3)]
        assert [kind.startswith("text/html") for kind in kinds] == [False, True, True]
        await halo.control.clear_faults("html")
        await halo.get("Team")


async def test_an_unknown_fault_is_refused() -> None:
    async with opened() as halo:
        with pytest.raises(ControlError, match="429_storm"):
            await halo.control.fault("gremlin")


async def test_truncated_json() -> None:
    async with opened() as halo:
        await halo.control.fault("truncated_json", path="/Client")
        with pytest.raises(json.JSONDecodeError):
            (await halo.http.get("/api/Client")).json()


async def test_a_revoked_token() -> None:
    async with opened() as halo:
        await halo.control.fault("token_revoked", path="/Client", after=1)
        assert [(await halo.http.get("/api/Client")).status_code for _ in range(2)] == [200, 401]


async def test_rows_that_shift_are_missed() -> None:
    async with opened() as halo:
        whole = await halo.ids(domain="reqs")
        await halo.control.fault("rows_shift", path="page_no=2", params={"rows": 3})
        query = {"pageinate": "true", "page_size": 100, "order": "id", "domain": "reqs"}
        second = [row["id"] for row in (await halo.get("Tickets", page_no=2, **query))["tickets"]]
        assert second == whole[103:203]


@pytest.mark.parametrize("kind", ["types", "null", "huge", "no_id", "text"])
async def test_one_bad_row_among_good_ones(kind: str) -> None:
    async with opened() as halo:
        await halo.control.fault("bad_row", path="/Tickets", params={"kind": kind, "position": 3})
        rows = (await halo.get("Tickets", pageinate="true", page_size=10))["tickets"]
        good = (await halo.get("Tickets", pageinate="true", page_size=10))["tickets"]
        assert rows[:3] + rows[4:] == good[:3] + good[4:]
        assert rows[3] != good[3]


async def test_a_truncated_list_of_ids_can_lie_about_its_length() -> None:
    async with opened() as halo:
        await halo.control.fault("truncated_id_list", params={"keep": 0.5})
        await halo.control.fault("truncated_id_list", params={"keep": 0.5, "honest": True})
        lying = await halo.get("Tickets", ticketidonly="true", domain="reqs")
        honest = await halo.get("Tickets", ticketidonly="true", domain="reqs")
        assert (lying["record_count"], len(lying["tickets"])) == (150, 150)
        assert (honest["record_count"], len(honest["tickets"])) == (300, 150)


async def test_an_error_after_the_work_is_done() -> None:
    async with opened() as halo:
        await halo.control.fault("500", path="/Tickets", method="POST", params={"when": "after"})
        before = await halo.ids()
        assert (await halo.post("Tickets", [{"summary": "Was it made?"}])).status_code == 500
        assert len(await halo.ids()) == len(before) + 1
