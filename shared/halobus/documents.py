"""The documents of ``connections`` (written by wizard-api) and ``tenants`` (written by the connector), by tenant."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from halobus.runs import Finding, Part, Problem
from halobus.streams import StreamName


class SealedBlob(Part):
    """A sealed credential as stored (``halobus.seal.Sealed``)."""

    key_id: str
    blob: str


class Draft(Part):
    """What the admin typed last. ``revision`` rises with every save; a test names the revision that it tests."""

    url: str
    host: str
    client_id: str
    sealed: SealedBlob
    revision: int
    saved_at: datetime
    saved_by: str


class Connection(Part):
    """``connections``: ``generations`` by connection, then stream. ``completed``: when Complete Setup was clicked.

    ``deleted``: connections whose data goes: disconnected with the data, or left for another instance. ``erased``: the
    generations below which all of a connection was deleted, which stay for ever; ``deleted_draft``: how many drafts
    there were then, so that a test of a later one tells a reconnection. ``erased_at``: an operator
    has erased the whole tenant.
    """

    tenant: str
    draft: Draft | None = None
    generations: dict[str, dict[StreamName, int]] = Field(default_factory=dict)
    paused: bool = False
    step: Literal["connect", "sync", "configure", "import", "done"] = "connect"
    completed: datetime | None = None
    next_sync_at: datetime | None = None
    deleted: list[str] = Field(default_factory=list)
    deleted_draft: int = 0
    erased: dict[str, dict[StreamName, int]] = Field(default_factory=dict)
    erased_at: datetime | None = None

    def generation(self, connection: str, stream: StreamName) -> int:
        """The stream's generation: 0 until the first Clear & Resync. Comments share that of their tickets."""
        whose = StreamName.TICKETS if stream is StreamName.COMMENTS else stream
        return self.generations.get(connection, {}).get(whose, 0)


class Lease(Part):
    """``fence`` rises at every acquisition; ``until`` is in the database's time."""

    holder: str | None = None
    fence: int = 0
    until: datetime | None = None


class Active(Part):
    """The tested credential, copied from the draft of ``draft_revision``, and where it leads."""

    url: str
    host: str
    resource_url: str
    token_url: str
    client_id: str
    sealed: SealedBlob
    draft_revision: int
    scopes: list[str] = Field(default_factory=list)
    tested_at: datetime


class Zone(Part):
    """How Halo reads ``lastupdatefromdate``: local time is UTC plus ``offset_minutes``; None: could not be measured."""

    offset_minutes: int | None = None
    measured_at: datetime


class Covered(Part):
    """The part of Halo that the portal has read in full: ``teams`` ids or "all", less ``excluded_statuses``."""

    teams: list[int] | Literal["all"]
    excluded_statuses: list[int]


class StreamState(Part):
    """What the connector knows of a stream. ``cursor``: Halo's time, aware UTC, overlap already taken off.

    It counts only for the generation it was made in.
    """

    generation: int = 0
    cursor: datetime | None = None
    covered: Covered | None = None
    full_read_at: datetime | None = None
    census_at: datetime | None = None
    synced_at: datetime | None = None
    problem: Problem | None = None


class Tenant(Part):
    """``tenants``: the lease, the connected instance and the state of each stream.

    ``instance`` is the identity as one string (tenant id, database id, or the host), the key of ``budgets``.
    ``left``: the connections that were replaced by another one; None where none was.
    """

    tenant: str
    lease: Lease = Field(default_factory=Lease)
    connection: str | None = None
    instance: str | None = None
    active: Active | None = None
    state: Literal["connected", "disconnected", "error"] = "disconnected"
    problem: Problem | None = None
    findings: list[Finding] = Field(default_factory=list)
    zone: Zone | None = None
    streams: dict[StreamName, StreamState] = Field(default_factory=dict)
    left: list[str] | None = None
