"""Pages: `pageinate`, silent caps, and the last page again past the end (docs/halo.md section 5)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from halo_simulator.api.listing import Listing
from halo_simulator.api.params import Params
from halo_simulator.config import Config

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page:
    """Which rows a call gets, and what the envelope says of it."""

    start: int
    stop: int
    head: dict[str, Any]


def page_of(total: int, params: Params, config: Config, resource: str, shift: int = 0) -> Page:
    """The rows that a call gets out of `total`; `shift` is the fault that moves rows between pages."""
    if not params.flag("pageinate"):
        return _first_rows(total, params, config)
    asked = params.integer("page_size", config.default_rows)
    size = max(1, min(asked, config.page_caps.get(resource, config.page_cap)))
    number = max(1, params.integer("page_no", 1))
    start = _start(total, number, size, config.repeat_last_page) + (shift if number > 1 else 0)
    return Page(start, min(total, start + size), {"page_no": number, "page_size": size, "record_count": total})


def _start(total: int, number: int, size: int, repeat: bool) -> int:
    """Where a page begins; past the end the last page comes again."""
    last = max(0, (total - 1) // size * size)
    start = (number - 1) * size
    return min(start, last) if repeat else start


def _first_rows(total: int, params: Params, config: Config) -> Page:
    """Without `pageinate`, page_no and page_size mean nothing: one default page, or `count` rows."""
    stop = max(0, min(params.integer("count", config.default_rows), config.count_cap, total))
    return Page(0, stop, {"record_count": total if config.record_count_is_total else stop})


def listing(key: str, items: Sequence[T], page: Page, row: Callable[[T], bytes]) -> Listing:
    """The page's rows in their envelope."""
    return Listing(key, [row(item) for item in items[page.start : page.stop]], page.head)
