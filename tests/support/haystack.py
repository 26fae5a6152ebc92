"""Everything that a run left behind, as bytes, to search for what must not be in it."""

import html
import json
from base64 import b64encode
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, quote_plus

import httpx

from halobus import store, topics
from halobus.store import Database
from support.consumers import Where, bench


@dataclass
class Haystack:
    """``parts``: where, and the bytes that lie there."""

    parts: list[tuple[str, bytes]] = field(default_factory=list)

    def add(self, where: str, data: bytes | str) -> None:
        self.parts.append((where, data.encode() if isinstance(data, str) else data))

    def holding(self, text: str, *, but: str | None = None) -> list[str]:
        """The places that hold a text in any of its forms; ``but``: a kind of place that may."""
        wanted = forms(text)
        kept = [(where, data) for where, data in self.parts if but is None or not where.startswith(but)]
        return sorted({where for where, data in kept if any(form in data for form in wanted)})

    def kinds(self) -> set[str]:
        """The kinds of places: what stands before the colon."""
        return {where.split(":")[0] for where, _ in self.parts}

    async def answer(self, response: httpx.Response) -> None:
        """An HTTP answer, body and headers: a client's event hook."""
        await response.aread()
        headers = "\n".join(f"{name}: {value}" for name, value in response.headers.items())
        where = f"answer:{response.request.method} {response.request.url.path} {response.status_code}"
        self.add(where, headers.encode() + b"\n" + response.content)

    async def database(self, database: Database) -> None:
        """Every document of every collection, as MongoDB stores it."""
        for name in await database.list_collection_names():
            async for document in database[name].find({}):
                self.add(f"database:{name}/{document['_id']}", store.encode(document))

    async def topics(self, place: Where) -> None:
        """Every record of every topic of the place: key, value and headers."""
        async with bench(place) as here:
            for topic in topics.ALL:
                for record in await here.read_all(topic):
                    headers = b"\n".join(name.encode() + b": " + value for name, value in record.headers)
                    self.add(f"topic:{topic.name}", b"\n".join([record.key or b"", record.value or b"", headers]))

    def logs(self, folder: Path) -> None:
        """Every line that a service wrote."""
        for path in sorted(folder.glob("*.jsonl")):
            for number, line in enumerate(path.read_bytes().splitlines(), 1):
                self.add(f"log:{path.name}:{number}", line)


def forms(secret: str) -> set[bytes]:
    """A secret as it may stand in a text: plain, in a URL, in a form, in JSON, in a page, in Basic."""
    texts = {
        secret,
        quote(secret, safe=""),
        quote_plus(secret),
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        html.escape(secret),
        html.escape(secret, quote=False),
        b64encode(secret.encode()).decode().rstrip("="),
    }
    return {text.encode() for text in texts}
