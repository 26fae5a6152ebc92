"""The Halo URL as an admin types it: what is accepted, and what is kept of it."""

import re
from urllib.parse import SplitResult, urlsplit

_HOST = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")
_EXAMPLE = "give it as https://yourhalo.halopsa.com"


def clean(typed: str, exempt: frozenset[str]) -> tuple[str, str]:
    """(URL without path, host with its port); ValueError says what is wrong and what to type.

    Only https, but for hosts of ``exempt``. Whether the address may be called is checked where the socket is opened.
    """
    text = typed.strip()
    parts, host = _split(text if "://" in text else f"https://{text}")
    if parts.username is not None or parts.password is not None:
        raise ValueError("must hold no user name or password: remove what stands before the @")
    if parts.query or parts.fragment or "?" in text or "#" in text:
        raise ValueError(f"must hold no ? or #: {_EXAMPLE}")
    if parts.scheme == "http" and not exempt & {host, host.partition(":")[0]}:
        raise ValueError("must begin with https://: plain http would show the client secret to the network")
    if parts.scheme not in ("http", "https"):
        raise ValueError(f"must begin with https://: {_EXAMPLE}")
    return f"{parts.scheme}://{host}", host


def _split(text: str) -> tuple[SplitResult, str]:
    try:
        parts = urlsplit(text)
    except ValueError:
        raise ValueError(f"has no host name: {_EXAMPLE}") from None
    return parts, _host(parts)


def _host(parts: SplitResult) -> str:
    try:
        name, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        raise ValueError(f"has a port that is no number: {_EXAMPLE}") from None
    if not _HOST.fullmatch(name) or len(name) > 253:
        raise ValueError(f"has no host name: {_EXAMPLE}")
    default = {"https": 443, "http": 80}.get(parts.scheme)
    return name if port in (None, default) else f"{name}:{port}"
