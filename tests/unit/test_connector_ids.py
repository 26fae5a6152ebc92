"""Listing ids while Halo's rows come and go, or its list is cut off: what is proof, and what is still worth reading."""

from types import SimpleNamespace
from typing import Any

import pytest

from connector.ids import IdLister
from connector.knowledge import Knowledge
from connector.source import Tickets
from halobus.runs import Read
from halobus.streams import StreamName

PAGE = 2


class Halo:
    """Answers reads. ``script``: what there is from that request on. ``cut``: where the list of ids ends."""

    def __init__(self, ids: list[int], cut: int | None = None) -> None:
        self.ids = ids
        self.cut = cut
        self.requests: list[str] = []
        self.settings = SimpleNamespace(page_size=PAGE)
        self.script: dict[int, list[int]] = {}

    async def get(self, path: str, params: dict[str, Any], interactive: bool = False, row: Any = None) -> Any:
        self.ids = self.script.get(len(self.requests), self.ids)
        if params.get("ticketidonly"):
            self.requests.append("ids")
            listed = self.ids[: self.cut]
            for id in listed:
                row({"id": id})
            return SimpleNamespace(data={"record_count": len(listed), "tickets": []})
        size, page = params["page_size"], params["page_no"]
        self.requests.append("count" if size == 1 else f"page {page}")
        found = self.ids[(page - 1) * size : page * size]
        return SimpleNamespace(data={"record_count": len(self.ids), "tickets": [{"id": id} for id in found]})


def growing(cut: int | None = None) -> Halo:
    """A row more at every request."""
    halo = Halo([], cut)
    halo.script = {number: list(range(1, 6 + number)) for number in range(40)}
    return halo


def lister(halo: Halo) -> IdLister:
    return IdLister(halo, Tickets(None, Knowledge()))  # type: ignore[arg-type]


READ = Read(stream=StreamName.TICKETS, kind="repair")


async def test_a_list_whose_count_agrees_is_proof_in_three_requests() -> None:
    halo = Halo([1, 2, 3])
    listing = await lister(halo).listed(READ)
    assert (list(listing.ids), listing.verified) == ([1, 2, 3], True)
    assert halo.requests == ["count", "ids", "count"]


async def test_a_count_that_moved_once_is_asked_again_before_any_page() -> None:
    halo = Halo([1, 2, 3])
    halo.script = {2: [1, 3, 4, 5]}
    listing = await lister(halo).listed(READ)
    assert (list(listing.ids), listing.verified) == ([1, 3, 4, 5], True)
    assert halo.requests == ["count", "ids", "count", "ids", "count"]


async def test_a_list_that_is_cut_off_is_replaced_by_the_pages() -> None:
    halo = Halo([1, 2, 3, 4, 5], cut=2)
    listing = await lister(halo).listed(READ)
    assert (list(listing.ids), listing.verified) == ([1, 2, 3, 4, 5], True)


async def test_while_rows_keep_coming_all_that_was_named_is_told_but_is_no_proof() -> None:
    listing = await lister(growing()).listed(READ)
    assert not listing.verified
    assert {1, 2, 3, 4, 5} <= set(listing.ids)
    assert await lister(growing()).verified(READ) is None


@pytest.mark.parametrize("cut", [0, 1])
async def test_ids_are_ascending_and_each_is_there_once(cut: int) -> None:
    ids = list((await lister(growing(cut)).listed(READ)).ids)
    assert ids == sorted(set(ids))
