"""Reading the reference lists: whole lists, one record each, replaced at once."""

from dataclasses import dataclass
from typing import Any

from connector.halo.client import Params
from connector.halo.errors import HaloError
from connector.halo.lists import REFERENCE_LISTS, ReferenceSource
from connector.pages import Check
from connector.publish import Item, Publisher
from connector.run_store import RunStore
from connector.session import Session
from halobus.messages import REPLACE_REFERENCE, ReferenceItem, ReferenceList
from halobus.runs import Read, Run


@dataclass(frozen=True)
class ListReader:
    """Reads every list, or those asked for. A list that the agent may not see is left out and named in the run."""

    session: Session
    store: RunStore
    publisher: Publisher
    generation: int
    check: Check

    async def read(self, run: Run, read: Read, interactive: bool) -> dict[str, list[ReferenceItem]]:
        """The lists that Halo gave, by name."""
        names = frozenset(read.lists)
        lists: dict[str, list[ReferenceItem]] = {}
        refused: dict[str, str] = {}
        read.total = len(names or REFERENCE_LISTS)
        for name, source in REFERENCE_LISTS.items():
            if names and name not in names:
                continue
            await self.check()
            try:
                lists[name] = await self._list(run, read, source, interactive)
            except HaloError as error:
                if error.problem.kind != "permission":
                    raise
                refused[name] = error.problem.title
        read.checkpoint.complete = True
        read.total = read.listed
        await self.store.save(run, result={**run.result, **({"lists_refused": refused} if refused else {})})
        return lists

    async def _list(self, run: Run, read: Read, source: ReferenceSource, interactive: bool) -> list[ReferenceItem]:
        async def get(path: str, params: Params) -> Any:
            return (await self.session.get(path, params, interactive)).data

        items = await source.read(get)
        message = ReferenceList(name=source.name, items=items)
        record = Item(source.name, REPLACE_REFERENCE, message)
        version = self.session.version(self.generation, self.session.client.responses)
        await self.publisher.publish(run, read, version, [record])
        read.listed += 1
        read.pages += 1
        await self.store.save_read(run, read)
        return items
