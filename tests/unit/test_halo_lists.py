"""Reference lists and envelopes: rows wherever they lie, each id once, bad rows left out."""

from typing import Any

import pytest

from connector.halo.client import Params
from connector.halo.errors import HaloError
from connector.halo.listing import rows
from connector.halo.lists import REFERENCE_LISTS
from halobus.runs import Problem


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ([1, 2], ([1, 2], None)),
        ({"record_count": 7, "tickets": [1]}, ([1], 7)),
        ({"record_count": "7.0", "tickets": []}, ([], 7)),
        ({"record_count": None, "tickets": []}, ([], None)),
        ({"record_count": "many", "tickets": []}, ([], None)),
        ({"record_count": 1, "faults": [1]}, ([1], 1)),
    ],
)
def test_rows(data: Any, expected: Any) -> None:
    assert rows(data, "tickets") == expected


@pytest.mark.parametrize("data", [None, "x", 1, {}, {"tickets": {}}, {"a": [], "b": []}])
def test_no_list(data: Any) -> None:
    with pytest.raises(HaloError) as caught:
        rows(data, "tickets")
    assert caught.value.problem.title == "Halo answered something unexpected"


def halo(answers: dict[str, Any]) -> Any:
    async def get(path: str, params: Params) -> Any:
        answer = answers[path]
        if isinstance(answer, Exception):
            raise answer
        return answer

    return get


def missing(status: int) -> HaloError:
    return HaloError(Problem(kind="validation", title="not found", status=status))


async def test_a_halo_that_ignores_the_domain_gives_types_of_none() -> None:
    items = await REFERENCE_LISTS["ticket-types"].read(halo({"TicketType": [{"id": 1, "name": "Incident"}]}))
    assert [(item.id, item.attributes) for item in items] == [(1, {"domain": None})]


async def test_a_category_keeps_its_own_level_and_comes_once() -> None:
    row = {"id": 5, "value": "Hardware>Laptop", "type_id": 2}
    items = await REFERENCE_LISTS["categories"].read(halo({"Category": [row]}))
    assert [(item.name, item.attributes) for item in items] == [("Hardware>Laptop", {"level": 2})]


async def test_a_bad_row_is_left_out() -> None:
    items = await REFERENCE_LISTS["teams"].read(halo({"Team": [{"id": 1, "name": "Desk"}, {"id": "x"}, None]}))
    assert [item.name for item in items] == ["Desk"]


async def test_an_older_halo_without_top_levels_has_none() -> None:
    assert await REFERENCE_LISTS["top-levels"].read(halo({"TopLevel": missing(404)})) == []
    with pytest.raises(HaloError):
        await REFERENCE_LISTS["top-levels"].read(halo({"TopLevel": missing(500)}))
    with pytest.raises(HaloError):
        await REFERENCE_LISTS["teams"].read(halo({"Team": missing(404)}))
