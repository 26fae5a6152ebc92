"""A record of every request to Halo, for assertions such as "a cycle costs at most 15 requests"."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(slots=True)
class Entry:
    """One request as it was answered."""

    n: int
    time: float
    method: str
    path: str
    query: str
    status: int
    client_id: str
    rows: int
    fault: str


class RequestLog:
    """The last requests, oldest first."""

    def __init__(self, keep: int = 100_000) -> None:
        self._entries: deque[Entry] = deque(maxlen=keep)
        self._count = 0

    def add(self, **values: Any) -> Entry:
        """Note one request."""
        self._count += 1
        entry = Entry(n=self._count, **values)
        self._entries.append(entry)
        return entry

    def clear(self) -> None:
        """Forget everything but the numbering."""
        self._entries.clear()

    def find(self, since: int = 0, path: str = "", method: str = "", client_id: str = "") -> list[dict[str, Any]]:
        """Entries numbered above `since` whose path matches a regular expression, by method and client."""
        pattern = re.compile(path, re.IGNORECASE)
        return [asdict(entry) for entry in self._after(since) if _fits(entry, pattern, method, client_id)]

    @property
    def last(self) -> int:
        """The number of the newest entry."""
        return self._count

    def _after(self, since: int) -> Iterator[Entry]:
        return (entry for entry in self._entries if entry.n > since)


def _fits(entry: Entry, path: re.Pattern[str], method: str, client_id: str) -> bool:
    """Whether an entry passes the filters; an empty filter passes everything."""
    return (
        path.search(entry.path) is not None
        and (not method or entry.method == method.upper())
        and (not client_id or entry.client_id == client_id)
    )
