"""Every knob of the simulator in one typed place. Rules: docs/halo.md; knobs marked (invented) there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, get_type_hints


@dataclass(frozen=True, slots=True)
class Config:
    """What an instance is and how it behaves. Changed at run time through `PATCH /control/config`."""

    # The data (docs/halo.md section 14); fixed once the world is made.
    size: str = "small"
    seed: int = 7
    anchor: str = ""
    """ISO time in UTC that counts as "now" for the generated data; empty: the moment of the start."""

    # The instance and its discovery (section 2).
    tenant: str = "contoso"
    database: str = "halo-simulator-1"
    auth_path: str = "/auth"
    """`/auth`, or empty for the trial style, where the token's address is `/token`."""
    authinfo: str = "normal"
    """normal | on_premises (no tenant) | missing (404) | html | nonsense | foreign_auth_url."""
    auth_url: str = ""
    """Overrides the `auth_url` that discovery gives; empty: this server and `auth_path`."""
    require_tenant: bool = False
    odd_ids: bool = True

    # Tokens and permissions (section 3).
    expires_in: int = 3600
    invalid_client_status: int = 401
    scopeless_status: int = 401
    single_token: bool = False
    unasked_scopes: tuple[str, ...] = ()
    """Scopes that Halo names in its answer although they were not asked for."""
    token_answer: str = "normal"
    """normal | nonsense | html."""
    opportunity_scopes: tuple[str, ...] = ("sales",)
    invisible_status: int = 403

    # Lists (sections 5 to 7).
    page_cap: int = 100
    page_caps: Mapping[str, int] = field(default_factory=lambda: {"asset": 50})
    default_rows: int = 50
    count_cap: int = 1000
    repeat_last_page: bool = True
    record_count_is_total: bool = True
    actions_default_count: int = 50
    customfields_in_lists: bool = True

    # Time (section 8).
    utc_offset_minutes: int = 0
    parameter_zone: str = "utc"
    """How a naive time in a parameter is read: utc | local."""
    honour_parameter_offset: bool = True
    inclusive: bool = True
    times: str = "naive"
    """naive | z: how times in rows are written."""
    clock_offset_seconds: float = 0.0
    time_scale: float = 1.0

    # Deletion and merging (section 9).
    deleted_parameter: bool = True
    deletion_touches_update: bool = True
    deleted_answer: str = "row"
    """row (200 with deleted=true) | missing (404)."""
    merged_listed: bool = False
    closed_refuses_actions: bool = True
    sanitize_notes: bool = False
    """Whether a posted note loses what nobody sees: HTML comments, empty elements, ``data-`` attributes."""

    # Limits and errors (sections 10 and 11).
    limit: int = 300
    window: float = 300.0
    retry_after: bool = False
    refused_count: bool = False
    error_shape: str = "message"
    """message | result_code | class_name | error | text | html | other."""
    created_status: int = 201
    create_race: bool = False
    latency: float = 0.0
    jitter: float = 0.0


DATA_KEYS = frozenset({"size", "seed", "anchor"})


class ConfigError(ValueError):
    """A configuration value that can't be used; the message names the key."""


def patched(config: Config, changes: Mapping[str, Any]) -> Config:
    """The configuration with `changes` applied; an unknown key or a wrong type is refused by name."""
    hints = get_type_hints(Config)
    return replace(config, **{key: _checked(key, value, hints) for key, value in changes.items()})


def _checked(key: str, value: Any, hints: Mapping[str, Any]) -> Any:
    """One value as the field's type has it; integers pass for floats, lists for tuples."""
    if key not in hints:
        raise ConfigError(f"unknown key {key!r}")
    kind = hints[key]
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if kind in (int, float, str, bool):
        if type(value) is not kind:
            raise ConfigError(f"{key} must be {kind.__name__}, not {value!r}")
        return value
    return tuple(value) if isinstance(value, (list, tuple)) else dict(value)


def as_json(config: Config) -> dict[str, Any]:
    """The configuration as plain JSON values."""
    return {item.name: _plain(getattr(config, item.name)) for item in fields(config)}


def _plain(value: Any) -> Any:
    """A mapping or tuple as JSON has it."""
    if isinstance(value, Mapping):
        return dict(value)
    return list(value) if isinstance(value, tuple) else value
