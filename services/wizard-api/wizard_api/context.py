"""What every route works with, and how it gets it."""

import asyncio
from dataclasses import dataclass, field
from typing import Annotated, Protocol

from fastapi import Depends, Request

from halobus.commands import Command
from halobus.messages import Fact
from halobus.store import Database
from wizard_api.auth import Verifier
from wizard_api.configuration import WizardSettings

API = "/api/v1"


class Sender(Protocol):
    """The part of ``halobus.bus.Bus`` that wizard-api uses."""

    async def send_command(self, command: Command) -> None: ...

    async def send_fact(self, fact: Fact, source: str) -> None: ...


@dataclass
class Wizard:
    """``closing`` is set when the process ends, so that event streams end as well."""

    settings: WizardSettings
    database: Database
    bus: Sender
    verifier: Verifier
    closing: asyncio.Event = field(default_factory=asyncio.Event)


def wizard(request: Request) -> Wizard:
    """The process's own Wizard, as ``api.create`` was given it."""
    found: Wizard = request.app.state.wizard
    return found


InWizard = Annotated[Wizard, Depends(wizard)]
