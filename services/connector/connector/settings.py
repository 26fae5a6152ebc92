"""Settings of the connector, beside those that every service has."""

from pathlib import Path

from pydantic import Field, SecretStr

from halobus.settings import Settings


class ConnectorSettings(Settings):
    """``halo_*``: Halo's limit, and our part of it (docs/halo.md, Rate limits)."""

    sealing_private_keys: SecretStr = SecretStr("")
    """The keys that open client secrets, base64, one a line, the newest first: `halobus keys new`."""
    sealing_private_keys_file: Path | None = None
    """A file that holds the keys instead."""
    allowed_hosts: str = ""
    """On-premises Halo hosts that may be plain http or have a private address, separated by commas."""
    trusted_auth_domains: str = ""
    """Domains whose authorisation servers are trusted besides Halo's own, separated by commas."""
    halo_limit: int = Field(300, ge=10)
    """Requests that Halo allows in a window."""
    halo_window: float = Field(300.0, gt=0)
    """Seconds of that window."""
    halo_share: float = Field(0.9, gt=0, le=1)
    """The part of the limit that is ours."""
    halo_reserve: int = Field(20, ge=0)
    """Requests of our share that bulk reads leave to people."""
    lease_seconds: float = Field(15.0, gt=1)
    """Seconds for which a replica is responsible for a tenant after it was last heard of."""
    page_size: int = Field(100, ge=1, le=100)
    """Rows asked for in a page."""
    recent_days: int = Field(14, ge=1)
    """Days of changes that a first sync reads before all else."""
    full_read_days: int = Field(7, ge=1)
    """Days after which a stream is read in full again."""
    list_minutes: int = Field(60, ge=1)
    """Minutes after which a sync reads the reference lists again."""
    comments_per_cycle: int = Field(25, ge=0)
    """Tickets whose comments a sync reads at most."""
    halo_write_timeout: float = Field(30.0, gt=0)
    """Seconds for Halo to answer a write."""
    halo_write_grace: float = Field(30.0, ge=0)
    """Seconds more until a write without an answer is looked for, and between attempts."""
