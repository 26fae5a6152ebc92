"""Settings of wizard-api, beside those that every service has."""

from hmac import digest
from pathlib import Path
from urllib.parse import urlsplit

from nacl.public import PublicKey
from pydantic import Field, SecretStr, ValidationInfo, field_validator

from halobus import seal
from halobus.settings import Settings, read_secret, secret_text

SHORTEST_SECRET = 32
"""Bytes: a shorter HS256 secret can be guessed."""


class WizardSettings(Settings):
    """Portal tokens are checked with ``jwt_secret`` (HS256) or against ``jwks_url`` (RS256, ES256): one of both.

    ``session_key`` signs our own cookie; without it a key derived from ``jwt_secret`` does, the same on all replicas.
    """

    sealing_public_key: str = ""
    """Seals client secrets so that only the connector can open them: `halobus keys new`."""
    sealing_public_key_file: Path | None = Field(None, validate_default=True)
    """A file that holds the key instead."""
    allowed_hosts: str = ""
    """On-premises Halo hosts that may be plain http or have a private address, separated by commas."""
    jwt_secret: SecretStr = SecretStr("")
    """The secret that the portal signs its tokens with (HS256), 32 bytes or more."""
    jwt_secret_file: Path | None = None
    """A file that holds the secret instead."""
    jwks_url: str = Field("", validate_default=True)
    """Where the portal's public keys are (RS256, ES256), instead of a secret."""
    jwt_issuer: str
    """The `iss` of the portal's tokens."""
    jwt_audience: str
    """The `aud` of the portal's tokens."""
    session_key: SecretStr = SecretStr("")
    """Signs the browser's session; derived from the JWT secret while empty."""
    session_key_file: Path | None = None
    """A file that holds the key instead."""
    session_minutes: int = Field(60, ge=5, le=24 * 60, validate_default=True)
    """Minutes after which a session ends."""
    cookie_secure: bool = True
    """Whether the session's cookie is for https alone: false only on a developer's machine."""
    webhook_url: str = ""
    """Where facts are posted, signed, for a portal that reads no Kafka: https; nowhere while empty."""
    webhook_secret: SecretStr = SecretStr("")
    """Signs what is posted (HMAC-SHA256), 32 bytes or more."""
    webhook_secret_file: Path | None = Field(None, validate_default=True)
    """A file that holds the secret instead."""
    page_dir: Path | None = None
    """A build of the wizard's page to serve instead of the package's own."""

    # Of single fields, as in Settings; each is asked when those above it are known.

    @field_validator("sealing_public_key_file")
    @classmethod
    def _seals(cls, file: Path | None, info: ValidationInfo) -> Path | None:
        _sealing_key(info.data.get("sealing_public_key", ""), file)
        return file

    @field_validator("jwks_url")
    @classmethod
    def _verifies(cls, url: str, info: ValidationInfo) -> str:
        secret = _read("HALOBUS_JWT_SECRET", info, "jwt_secret")
        if bool(url) == bool(secret) and "jwt_secret_file" in info.data:
            raise ValueError("set either HALOBUS_JWT_SECRET (or _FILE) or HALOBUS_JWKS_URL")
        return url

    @field_validator("webhook_secret_file")
    @classmethod
    def _signs_posts(cls, file: Path | None, info: ValidationInfo) -> Path | None:
        url = info.data.get("webhook_url", "")
        secret = file.read_text().strip() if file else secret_text(info.data.get("webhook_secret"))
        if url:
            _may_post(url, _hosts(info.data.get("allowed_hosts", "")))
        if url and len(secret.encode()) < SHORTEST_SECRET:
            raise ValueError(f"HALOBUS_WEBHOOK_URL needs HALOBUS_WEBHOOK_SECRET (or _FILE): {SHORTEST_SECRET} bytes")
        return file

    @field_validator("session_minutes")
    @classmethod
    def _signs(cls, minutes: int, info: ValidationInfo) -> int:
        key = _read("HALOBUS_SESSION_KEY", info, "session_key")
        if info.data.get("jwks_url") and not key:
            raise ValueError("HALOBUS_JWKS_URL needs HALOBUS_SESSION_KEY (or _FILE) for the session cookie")
        return minutes

    def portal_secret(self) -> str:
        """The secret that portal tokens are signed with, read anew from its file."""
        return read_secret(self.jwt_secret, self.jwt_secret_file)

    def cookie_key(self) -> bytes:
        """The key of our session cookies; never the portal's own secret, so that neither token passes for the other."""
        own = read_secret(self.session_key, self.session_key_file)
        return digest((own or self.portal_secret()).encode(), b"halobus session cookie", "sha256")

    def sealing_key(self) -> PublicKey:
        """The public key that secrets are sealed with; ValueError says how to get one."""
        return _sealing_key(self.sealing_public_key, self.sealing_public_key_file)

    def webhook_key(self) -> bytes:
        """The secret that posts are signed with, read anew from its file."""
        return read_secret(self.webhook_secret, self.webhook_secret_file).encode()

    def exempt_hosts(self) -> frozenset[str]:
        """Hosts (with port, where one is given) that may be reached over plain http."""
        return _hosts(self.allowed_hosts)


def _hosts(text: str) -> frozenset[str]:
    return frozenset(part.strip().lower() for part in text.split(",") if part.strip())


def _may_post(url: str, allowed: frozenset[str]) -> None:
    """ValueError unless the address is https, or http on a host that is allowed; never with a user name in it."""
    parts = urlsplit(url)
    exempt = parts.scheme == "http" and not {parts.hostname, parts.netloc.lower()}.isdisjoint(allowed)
    if not parts.hostname or "@" in parts.netloc or not (parts.scheme == "https" or exempt):
        raise ValueError("HALOBUS_WEBHOOK_URL must begin with https://, or its host be in HALOBUS_ALLOWED_HOSTS")


def _sealing_key(value: str, file: Path | None) -> PublicKey:
    text = file.read_text() if file else value
    try:
        return seal.public_key(text.strip())
    except (ValueError, TypeError) as error:
        raise ValueError("HALOBUS_SEALING_PUBLIC_KEY (or _FILE) is no key: make one by `halobus keys new`") from error


def _read(variable: str, info: ValidationInfo, name: str) -> str:
    """A secret of an earlier field and its file; ValueError where it is too short to be one."""
    file = info.data.get(f"{name}_file")
    text = file.read_text().strip() if file else secret_text(info.data.get(name))
    if 0 < len(text.encode()) < SHORTEST_SECRET:
        raise ValueError(f"{variable} is too short: use {SHORTEST_SECRET} random bytes or more")
    return text
