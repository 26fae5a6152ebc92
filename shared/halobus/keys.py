"""Keys of documents and records: every one begins with the tenant, then the connection."""

import re
from typing import NamedTuple

_TENANT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


class RecordKey(NamedTuple):
    """The key of an entity's record on the bus, and the ``_id`` of its mirror."""

    tenant: str
    connection: str
    id: str

    def __str__(self) -> str:
        return f"{self.tenant}:{self.connection}:{self.id}"


def parse_record_key(raw: bytes | None) -> RecordKey:
    """Read ``tenant:connection:id``; ValueError names what is wrong with it."""
    if raw is None:
        raise ValueError("the record has no key")
    parts = raw.decode("utf-8").split(":", 2)
    if len(parts) != 3 or not all(parts):
        raise ValueError(f"the key is not tenant:connection:id: {raw[:80]!r}")
    return RecordKey(*parts)


def check_tenant(tenant: str) -> str:
    """A tenant's name is a part of keys: letters, digits, dot, dash and underscore, at most 64."""
    if not _TENANT.fullmatch(tenant):
        raise ValueError(f"not a tenant name: {tenant[:70]!r} (letters, digits, '.', '_', '-'; at most 64)")
    return tenant
