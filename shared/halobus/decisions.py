"""What an admin decides in the wizard, as stored in wizard-api's ``settings`` (one document a kind)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator

Ids = Annotated[list[int], Field(max_length=500)]
Categories = Annotated[list[int | None], Field(min_length=4, max_length=4)]


class Decision(BaseModel):
    """Base of the settings documents: unknown fields are refused, so that a typing error is seen when saved."""

    model_config = ConfigDict(extra="forbid")

    @classmethod
    def stored(cls, value: Mapping[str, Any]) -> Self:
        """Read a stored document. Fields of a later version are left out: it may be rolled out beside this one."""
        return cls.model_validate({name: value[name] for name in cls.model_fields if name in value})


class SyncSettings(Decision):
    """The wizard's step 2. ``teams``: ids of Halo teams, or ``"all"``; an empty list means that none was chosen.

    ``contact_type_roles``: the role of an imported contact by its type in Halo, before ``default_role``.
    """

    users: bool = True
    companies: bool = True
    tickets: bool = True
    opportunities: bool = False
    auto_import: bool = False
    default_role: str | None = None
    contact_type_roles: dict[str, str] = Field(default_factory=dict, max_length=100)
    teams: Ids | Literal["all"] = Field(default_factory=list)
    excluded_statuses: Ids = Field(default_factory=list)
    interval_minutes: Literal[5, 15, 30] = 15


class Stage(StrEnum):
    """The stages of the Resolution Status Stepper, in order."""

    NEW = "new"
    TRIAGED = "triaged"
    WORKING = "working"
    WAITING = "waiting"
    RESOLVED = "resolved"


class TicketSettings(Decision):
    """The wizard's step 3 for tickets. ``stages``: Halo status ids by stage; one status stands in one stage at most.

    ``comment_outcome``: Halo's kind of action that a comment from the portal becomes; None: not chosen yet.
    """

    closed_statuses: Ids = Field(default_factory=list)
    client_comment_status: int | None = None
    comment_outcome: int | None = None
    stages: dict[Stage, Ids] = Field(default_factory=dict)

    @field_validator("stages")
    @classmethod
    def _one_stage_a_status(cls, stages: dict[Stage, list[int]]) -> dict[Stage, list[int]]:
        seen: dict[int, Stage] = {}
        for stage, statuses in stages.items():
            for status in statuses:
                if status in seen and seen[status] != stage:
                    raise ValueError(f"status {status} stands in two stages ({seen[status]}, {stage}): choose one")
                seen[status] = stage
        return stages

    def stage_of(self, status_id: int | None) -> Stage | None:
        """The stage that a Halo status is mapped to, or None where it is in no stage."""
        return next((stage for stage, ids in self.stages.items() if status_id in ids), None)


class OpportunitySettings(Decision):
    """The wizard's step 3 for opportunities: what a new one is made with, and which ones come into the planner.

    ``workflow_id``, ``stage_id`` (a stage of that workflow), ``ticket_type_id`` and ``categories`` (level 1 to 4) are
    Halo's ids; ``type`` is Halo's free text. ``auto_import_since``: when auto-import was last switched on, kept by
    wizard-api whatever is sent. ``auto_import_types`` empty: all types.
    """

    workflow_id: int | None = None
    stage_id: int | None = None
    type: str | None = Field(None, max_length=200)
    ticket_type_id: int | None = None
    probability: int | None = Field(None, ge=0, le=100)
    categories: Categories = Field(default=[None, None, None, None])
    auto_import: bool = False
    auto_import_since: datetime | None = None
    minimum_value: float = Field(0, ge=0)
    auto_import_types: list[str] = Field(default_factory=list, max_length=200)


class ProjectSettings(Decision):
    """Projects are read where their permission is granted, unless they are switched off here."""

    enabled: bool = True


class AssetSettings(Decision):
    """Assets are read where their permission is granted, unless they are switched off here."""

    enabled: bool = True


KINDS: dict[str, type[Decision]] = {
    "sync": SyncSettings,
    "tickets": TicketSettings,
    "opportunities": OpportunitySettings,
    "projects": ProjectSettings,
    "assets": AssetSettings,
}


@dataclass(frozen=True)
class Switches:
    """What decides which streams are read."""

    sync: SyncSettings = field(default_factory=SyncSettings)
    projects: ProjectSettings = field(default_factory=ProjectSettings)
    assets: AssetSettings = field(default_factory=AssetSettings)

    def wants(self, stream: str) -> bool:
        """Whether a stream is to be read, by its name; comments go with their tickets, the reference lists always."""
        switches = {
            "companies": self.sync.companies,
            "contacts": self.sync.users,
            "tickets": self.sync.tickets,
            "comments": self.sync.tickets,
            "opportunities": self.sync.opportunities,
            "projects": self.projects.enabled,
            "assets": self.assets.enabled,
        }
        return switches.get(stream, True)
