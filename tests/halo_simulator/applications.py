"""The API applications registered in the simulated Halo (docs/halo.md section 3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from halo_simulator.scopes import GUIDE

CLIENT_ID = "8d3b7a52-6c1e-4f0a-9b57-2f1c4d6e8a90"
CLIENT_SECRET = "0f6d2c1b-94ae-4d37-8c55-7be1a9f03d42-5a7c9e11-3b2d-4f68-a1c0-6d8e4b7f2390"
FOREIGN_ID = "c41f0e9d-27b8-4a63-b5d2-90e7f3a81c6b"
FOREIGN_SECRET = "b7e4a1d0-5f39-4c82-9d16-e3c8f2a7b540-1d9f6e33-8a74-4b0e-95c7-f02b6d1a8e5c"


@dataclass(frozen=True, slots=True)
class Application:
    """One application: who it is, what it may ask for, and the agent that it logs in as."""

    client_id: str
    secret: str
    name: str
    permissions: tuple[str, ...]
    agent_id: int
    login_type: str = "agent"
    """agent | user: anything but agent is refused with 403."""
    enabled: bool = True


def defaults() -> dict[str, Application]:
    """Ours with the guide's permissions, and a foreign one that may do everything."""
    ours = Application(CLIENT_ID, CLIENT_SECRET, "MSPortal.ai", GUIDE, agent_id=3)
    foreign = Application(FOREIGN_ID, FOREIGN_SECRET, "Reporting tool", ("all",), agent_id=4)
    return {ours.client_id: ours, foreign.client_id: foreign}


def changed(application: Application, changes: Mapping[str, Any]) -> Application:
    """The application with some fields replaced; lists become tuples."""
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in changes.items()}
    return replace(application, **values)


def as_json(application: Application) -> dict[str, Any]:
    """An application as JSON, its secret included: it is a simulated one."""
    return asdict(application) | {"permissions": list(application.permissions)}
