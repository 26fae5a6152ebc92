"""A certificate authority of one's own and a certificate for loopback, for tests over HTTPS."""

from __future__ import annotations

import datetime as dt
import ipaddress
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_HOSTS = ("localhost", "halo.test")


@dataclass(frozen=True, slots=True)
class Certificates:
    """Where the files are."""

    authority: Path
    certificate: Path
    key: Path


def make(folder: Path) -> Certificates:
    """Writes ca.pem, cert.pem and key.pem; what is there is used again."""
    files = Certificates(folder / "ca.pem", folder / "cert.pem", folder / "key.pem")
    if not all(path.exists() for path in (files.authority, files.certificate, files.key)):
        folder.mkdir(parents=True, exist_ok=True)
        _write(files)
    return files


def _write(files: Certificates) -> None:
    """Makes both certificates."""
    ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    ca_name, name = _name("Halo simulator CA"), _name("localhost")
    authority = (
        _builder(ca_name, ca_name, ca_key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(_usage(signs=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(ca_key.public_key()), critical=False)
        .sign(ca_key, hashes.SHA256())
    )
    issued = (
        _builder(name, ca_name, key.public_key())
        .add_extension(x509.SubjectAlternativeName(_names()), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key()), critical=False)
        .sign(ca_key, hashes.SHA256())
    )
    files.authority.write_bytes(authority.public_bytes(serialization.Encoding.PEM))
    files.certificate.write_bytes(issued.public_bytes(serialization.Encoding.PEM))
    files.key.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


def _builder(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
    """Valid from yesterday for a year."""
    now = dt.datetime.now(dt.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=365))
    )


def _usage(signs: bool) -> x509.KeyUsage:
    """An authority signs certificates and nothing else."""
    return x509.KeyUsage(
        digital_signature=not signs, key_cert_sign=signs, crl_sign=signs, content_commitment=False,
        key_encipherment=False, data_encipherment=False, key_agreement=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _names() -> list[x509.GeneralName]:
    """Loopback by name and by address."""
    return [*(x509.DNSName(host) for host in _HOSTS), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]


def _name(common: str) -> x509.Name:
    """A subject."""
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])
