"""What an admin decides in the wizard, as stored in wizard-api's ``settings`` (one document a kind)."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator

Ids = Annotated[list[int], Field(max_length=500)]


class Decision(BaseModel):
    """Base of the settings documents: unknown fields are refused, so that a typing error is seen when saved."""

    model_config = ConfigDict(extra="forbid")

    @classmethod
    def stored(cls, value: Mapping[str, Any]) -> Self:
        """Read a stored document. Fields of a later version are left out: it may be rolled out beside this one."""
        return cls.model_validate({name: value[name] for name in cls.model_fields if name in value})


class SyncSettings(Decision):
    """The wizard's step 2. ``teams``: ids of Halo teams, or ``"all"``; an empty list means that none was chosen."""

    users: bool = True
    companies: bool = True
    tickets: bool = True
    opportunities: bool = False
    auto_import: bool = False
    default_role: str | None = None
    teams: Ids | Literal["all"] = Field(default_factory=list)
    excluded_statuses: Ids = Field(default_factory=list)
    interval_minutes: Literal[5, 15, 30] = 15

    def wants(self, stream: str) -> bool:
        """Whether a stream is to be read, by its name; comments go with their tickets, the reference lists always."""
        switches = {
            "companies": self.companies,
            "contacts": self.users,
            "tickets": self.tickets,
            "comments": self.tickets,
        }
        return switches.get(stream, True)


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


KINDS: dict[str, type[Decision]] = {"sync": SyncSettings, "tickets": TicketSettings}
