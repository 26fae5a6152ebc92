"""The variables of all services by name, for the command line, which imports no service; a test keeps it true."""

import os

from halobus.settings import Settings, variable

OF_SERVICES = frozenset(
    {
        "HALOBUS_ALLOWED_HOSTS",
        "HALOBUS_COMMENTS_PER_CYCLE",
        "HALOBUS_COOKIE_SECURE",
        "HALOBUS_FULL_READ_DAYS",
        "HALOBUS_HALO_LIMIT",
        "HALOBUS_HALO_RESERVE",
        "HALOBUS_HALO_SHARE",
        "HALOBUS_HALO_WINDOW",
        "HALOBUS_HALO_WRITE_GRACE",
        "HALOBUS_HALO_WRITE_TIMEOUT",
        "HALOBUS_JWKS_URL",
        "HALOBUS_JWT_AUDIENCE",
        "HALOBUS_JWT_ISSUER",
        "HALOBUS_JWT_SECRET",
        "HALOBUS_JWT_SECRET_FILE",
        "HALOBUS_LEASE_SECONDS",
        "HALOBUS_LIST_MINUTES",
        "HALOBUS_PAGE_DIR",
        "HALOBUS_PAGE_SIZE",
        "HALOBUS_RECENT_DAYS",
        "HALOBUS_SEALING_PRIVATE_KEYS",
        "HALOBUS_SEALING_PRIVATE_KEYS_FILE",
        "HALOBUS_SEALING_PUBLIC_KEY",
        "HALOBUS_SEALING_PUBLIC_KEY_FILE",
        "HALOBUS_SESSION_KEY",
        "HALOBUS_SESSION_KEY_FILE",
        "HALOBUS_SESSION_MINUTES",
        "HALOBUS_TRUSTED_AUTH_DOMAINS",
        "HALOBUS_WEBHOOK_SECRET",
        "HALOBUS_WEBHOOK_SECRET_FILE",
        "HALOBUS_WEBHOOK_URL",
    }
)


def unknown() -> list[str]:
    """``HALOBUS_*`` variables of this process that no service knows: mostly typing errors."""
    known = OF_SERVICES | {variable(Settings, name) for name in Settings.model_fields}
    return sorted(name for name in os.environ if name.startswith("HALOBUS_") and name not in known)
