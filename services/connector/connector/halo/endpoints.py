"""Where a Halo instance is and which one it is."""

from dataclasses import dataclass
from typing import Protocol


class Addresses(Protocol):
    """What a client needs to know; ``halobus.documents.Active`` fits as well as ``Endpoints``."""

    @property
    def resource_url(self) -> str: ...

    @property
    def token_url(self) -> str: ...


@dataclass(frozen=True)
class Identity:
    """What ``authinfo`` and ``InstanceInfo`` say of the instance, None where they say nothing. Never a URL."""

    tenant_id: str | None
    database_id: str | None
    host: str

    @property
    def key(self) -> str:
        """One string: tenant and database id, or the host where neither is known."""
        known = [part for part in (self.tenant_id, self.database_id) if part]
        return "/".join(known) if known else self.host


@dataclass(frozen=True)
class Endpoints:
    """``url``: the checked Halo URL; ``resource_url`` ends in ``/api``; ``token_url`` carries ``?tenant=`` if any."""

    url: str
    resource_url: str
    token_url: str
    identity: Identity
