"""Settings of the connector, beside those that every service has."""

from pathlib import Path

from pydantic import Field, SecretStr

from halobus.settings import Settings


class ConnectorSettings(Settings):
    """``halo_*``: the rate limit of a Halo instance (docs/halo.md, Rate limits) and the part of it that is ours.

    ``halo_write_timeout``: seconds for Halo to answer a write; ``halo_write_grace``: seconds more until one that got no
    answer is looked for, and between attempts. ``comments_per_cycle``: tickets whose comments a sync reads at most.
    """

    sealing_private_keys: SecretStr = SecretStr("")
    sealing_private_keys_file: Path | None = None
    allowed_hosts: str = ""
    trusted_auth_domains: str = ""
    halo_limit: int = Field(300, ge=10)
    halo_window: float = Field(300.0, gt=0)
    halo_share: float = Field(0.9, gt=0, le=1)
    halo_reserve: int = Field(20, ge=0)
    lease_seconds: float = Field(15.0, gt=1)
    page_size: int = Field(100, ge=1, le=100)
    recent_days: int = Field(14, ge=1)
    full_read_days: int = Field(7, ge=1)
    list_minutes: int = Field(60, ge=1)
    comments_per_cycle: int = Field(25, ge=0)
    halo_write_timeout: float = Field(30.0, gt=0)
    halo_write_grace: float = Field(30.0, ge=0)
