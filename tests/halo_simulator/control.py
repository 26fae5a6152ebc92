"""A small client of the control API, for tests and the demo."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx


class ControlError(RuntimeError):
    """The simulator refused; its words."""


class Control:
    """Steers a running simulator: `async with Control(url) as control: await control.change(1001, status_id=2)`."""

    def __init__(
        self, base_url: str, authority: Path | None = None, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        verify: ssl.SSLContext | bool = ssl.create_default_context(cafile=str(authority)) if authority else True
        self._http = httpx.AsyncClient(
            base_url=base_url + "/control", verify=verify, timeout=60, trust_env=False, transport=transport
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.aclose()

    async def config(self, **changes: Any) -> dict[str, Any]:
        """The configuration, after changes if any are given."""
        return await self._object("PATCH" if changes else "GET", "/config", changes or None)

    async def budget(self) -> dict[str, Any]:
        """served, refused, max_in_window, in_window, limit, window."""
        return await self._object("GET", "/budget")

    async def reset_budget(self) -> None:
        """Forget the window and its figures."""
        await self._call("DELETE", "/budget")

    async def mark(self) -> int:
        """The number of the newest request: pass it as `since` later."""
        return int((await self._call("GET", "/requests", since=10**12))["last"])

    async def requests(self, since: int = 0, path: str = "", method: str = "", client_id: str = "") -> list[Any]:
        """Requests to Halo after `since`; `path` is a regular expression."""
        query = {"since": since, "path": path, "method": method, "client_id": client_id}
        return list((await self._call("GET", "/requests", **query))["requests"])

    async def clear_requests(self) -> None:
        """Empty the request log."""
        await self._call("DELETE", "/requests")

    async def clock(self, advance: float = 0.0) -> dict[str, Any]:
        """The clock, after letting time pass."""
        return (
            await self._call("POST", "/clock", {"advance": advance}) if advance else await self._object("GET", "/clock")
        )

    async def ops(self, *ops: dict[str, Any]) -> dict[str, Any]:
        """A batch of ticket operations; `ids` and the `tickets` as they are now."""
        return await self._object("POST", "/tickets", {"ops": ops})

    async def create(self, **values: Any) -> int:
        """A new ticket, or with `domain` an opportunity (opps) or a project (prjs); its id."""
        return await self._one({"op": "create"} | values)

    async def change(self, ticket: int, **values: Any) -> int:
        """Change a ticket: status_id, team_id, summary, …; a `tickettype_id` of another domain re-types it."""
        return await self._one({"op": "change", "id": ticket} | values)

    async def win(self, opportunity: int) -> int:
        """Close an opportunity as won."""
        return await self._one({"op": "win", "id": opportunity})

    async def lose(self, opportunity: int, category: int = 1) -> int:
        """Close an opportunity as lost."""
        return await self._one({"op": "lose", "id": opportunity, "category": category})

    async def delete(self, ticket: int) -> int:
        """Delete a ticket as Halo does: hidden, still there by id."""
        return await self._one({"op": "delete", "id": ticket})

    async def purge(self, ticket: int) -> int:
        """Remove a ticket without a trace."""
        return await self._one({"op": "purge", "id": ticket})

    async def merge(self, ticket: int, into: int) -> int:
        """Merge a ticket into another."""
        return await self._one({"op": "merge", "id": ticket, "into": into})

    async def comment(self, ticket: int, **values: Any) -> int:
        """Add an action: note, hidden, outcome, user, agent, who, new_status."""
        return await self._one({"op": "comment", "id": ticket} | values)

    async def ticket(self, ticket: int) -> dict[str, Any]:
        """One ticket as it is."""
        return await self._object("GET", f"/tickets/{ticket}")

    async def actions(self, ticket: int) -> list[Any]:
        """All actions of a ticket, private ones too."""
        return list(await self._call("GET", f"/tickets/{ticket}/actions"))

    async def tickets(self, domain: str = "reqs") -> AsyncIterator[dict[str, Any]]:
        """Every ticket as it is, deleted and merged ones too."""
        start: int | None = 0
        while start is not None:
            page = await self._call("GET", "/tickets", domain=domain, start=start)
            for row in page["tickets"]:
                yield row
            start = page["next"]

    async def contact_ops(self, *ops: dict[str, Any]) -> dict[str, Any]:
        """A batch of contact operations: create, change, deactivate, activate, delete; as `ops`."""
        return await self._object("POST", "/contacts", {"ops": ops})

    async def contact(self, user: int) -> dict[str, Any]:
        """One contact as it is."""
        return await self._object("GET", f"/contacts/{user}")

    async def contacts(self) -> AsyncIterator[dict[str, Any]]:
        """Every contact that is there, of every kind."""
        start: int | None = 0
        while start is not None:
            page = await self._call("GET", "/contacts", start=start)
            for row in page["contacts"]:
                yield row
            start = page["next"]

    async def asset_ops(self, *ops: dict[str, Any]) -> dict[str, Any]:
        """A batch of asset operations: create, change, move, rename, retire, activate, retype, reimport, delete."""
        return await self._object("POST", "/assets", {"ops": ops})

    async def asset(self, asset: int) -> dict[str, Any]:
        """One asset as it is."""
        return await self._object("GET", f"/assets/{asset}")

    async def assets(self) -> AsyncIterator[dict[str, Any]]:
        """Every asset that is there, with its fields."""
        start: int | None = 0
        while start is not None:
            page = await self._call("GET", "/assets", start=start)
            for row in page["assets"]:
                yield row
            start = page["next"]

    async def churn(self, total: int, **script: Any) -> None:
        """Random changes while somebody reads: every, batch, kinds, resource, seed."""
        await self._call("POST", "/churn", {"total": total} | script)

    async def churned(self) -> dict[str, Any]:
        """pages, finished, and what was done."""
        return await self._object("GET", "/churn")

    async def stop_churn(self) -> None:
        """End the script."""
        await self._call("DELETE", "/churn")

    async def fault(self, name: str, count: int | None = 1, path: str = ".*", **more: Any) -> None:
        """Arm a fault; `more`: method, after, params."""
        await self._call("POST", "/faults", {"name": name, "count": count, "path": path} | more)

    async def faults(self) -> list[Any]:
        """The armed faults and how often each struck."""
        return list(await self._call("GET", "/faults"))

    async def clear_faults(self, name: str = "") -> None:
        """Disarm all faults, or those of one name."""
        await self._call("DELETE", "/faults", name=name)

    async def tokens(self) -> list[str]:
        """Every token ever issued, to search for in logs and databases."""
        return list(await self._call("GET", "/tokens"))

    async def revoke(self, client_id: str = "") -> None:
        """Revoke the tokens of one application, or all."""
        await self._call("DELETE", "/tokens", client_id=client_id)

    async def application(self, client_id: str, **changes: Any) -> dict[str, Any]:
        """Change an application: secret, permissions, login_type, agent_id, enabled."""
        return await self._object("PATCH", f"/applications/{client_id}", changes)

    async def agent(self, agent: int, **sees: Any) -> dict[str, Any]:
        """What an agent may see: teams, clients (None: all), and the outcomes denied to it."""
        return await self._object("PATCH", f"/agents/{agent}", sees)

    async def rows(self, kind: str) -> list[dict[str, Any]]:
        """Every row of a list or of the clients, inactive ones too, with its sequence number."""
        return list(await self._call("GET", f"/lists/{kind}"))

    async def add(self, kind: str, **values: Any) -> dict[str, Any]:
        """A new team, status, client, …"""
        return await self._object("POST", f"/lists/{kind}", values)

    async def edit(self, kind: str, key: int | str, **values: Any) -> dict[str, Any]:
        """Rename or change a row of a list."""
        return await self._object("PATCH", f"/lists/{kind}/{key}", values)

    async def remove(self, kind: str, key: int | str) -> None:
        """Take a row out of a list."""
        await self._call("DELETE", f"/lists/{kind}/{key}")

    async def _one(self, op: dict[str, Any]) -> int:
        """A single operation."""
        return int((await self.ops(op))["ids"][0])

    async def _object(self, method: str, path: str, body: Any = None, /, **query: Any) -> dict[str, Any]:
        """A call that answers an object."""
        answer: dict[str, Any] = await self._call(method, path, body, **query)
        return answer

    async def _call(self, method: str, path: str, body: Any = None, /, **query: Any) -> Any:
        """One request; a refusal raises with the simulator's words."""
        response = await self._http.request(method, path, json=body, params=query)
        if response.is_error:
            raise ControlError(f"{method} {path}: {response.text}")
        return response.json()
