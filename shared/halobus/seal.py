"""Sealed credentials: whoever saves a client secret can't open it again; only the connector holds the private keys.

Tenant, host, client id and secret are sealed together, so that a blob moved to another one is refused.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from hashlib import sha256

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox


class SealError(Exception):
    """A sealed credential can't be used; the message says why and what to do, and holds no part of it."""


@dataclass(frozen=True)
class Credential:
    """What is sealed. ``host``: the Halo URL's host (with its port, where one is given), lower case."""

    tenant: str
    host: str
    client_id: str
    client_secret: str = field(repr=False)


@dataclass(frozen=True)
class Sealed:
    """A sealed credential as stored: the id of the key that opens it, and base64 text."""

    key_id: str
    blob: str


def key_id(key: PublicKey) -> str:
    """A short name for a public key, derived from it: 12 hex digits."""
    return sha256(bytes(key)).hexdigest()[:12]


def generate() -> tuple[str, str]:
    """A new key pair as base64: (private, public)."""
    private = PrivateKey.generate()
    return b64encode(bytes(private)).decode(), b64encode(bytes(private.public_key)).decode()


def public_key(text: str) -> PublicKey:
    """Read a base64 public key."""
    return PublicKey(b64decode(text))


def private_keys(text: str) -> dict[str, PrivateKey]:
    """Read base64 private keys, one a line, the newest first: key id to key. Older ones stay until all is re-sealed."""
    keys = [PrivateKey(b64decode(line)) for line in text.split() if line]
    return {key_id(key.public_key): key for key in keys}


def seal(credential: Credential, key: PublicKey) -> Sealed:
    """Seal for the holder of the private key."""
    plain = json.dumps(asdict(credential)).encode()
    return Sealed(key_id(key), b64encode(SealedBox(key).encrypt(plain)).decode())


def unseal(sealed: Sealed, keys: Mapping[str, PrivateKey], *, tenant: str, host: str, client_id: str) -> Credential:
    """Open a credential for exactly this tenant, host and client id; SealError otherwise."""
    private = keys.get(sealed.key_id)
    if private is None:
        raise SealError(f"sealed with key {sealed.key_id}, which the connector no longer has: enter the secret again")
    try:
        credential = Credential(**json.loads(SealedBox(private).decrypt(b64decode(sealed.blob))))
    except (CryptoError, ValueError, TypeError):
        raise SealError("the sealed secret is damaged: enter the secret again") from None
    if (credential.tenant, credential.host, credential.client_id) != (tenant, host, client_id):
        raise SealError("the sealed secret belongs to another tenant, host or client id: enter the secret again")
    return credential
