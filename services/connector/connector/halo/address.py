"""Which addresses the connector may call: the Halo URL is a user's input, so it is guarded (promise 8).

The socket's own address is checked in ``transport``; here stand the rules.
"""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import SplitResult, urlsplit

from connector.halo.errors import API_PAGE, HaloError
from halobus.runs import Problem

HALO_DOMAINS = frozenset({"halopsa.com", "haloservicedesk.com", "haloitsm.com"})
"""Halo's own hosting: a tenant of one may be sent to the authorisation server of another."""
_TWO_LEVELS = frozenset(
    f"{second}.{top}"
    for top, seconds in {
        "uk": "co org me ac gov",
        "au": "com net org gov",
        "nz": "co org net",
        "za": "co org",
        "jp": "co",
        "in": "co",
        "il": "co",
        "kr": "co",
        "br": "com",
        "mx": "com",
        "sg": "com",
        "my": "com",
        "hk": "com",
        "tr": "com",
        "cn": "com",
        "net": "azurewebsites cloudapp",
    }.items()
    for second in seconds.split()
)
"""Suffixes under which names are given out one level deeper: two hosts under one of them are strangers."""
_EMBEDDING = frozenset({0x0064_FF9B << 64, 0xFFFF, 0})
"""The first 96 bits of IPv6 addresses whose last 32 are an IPv4 one: NAT64, mapped, and the old compatible ones."""


@dataclass(frozen=True)
class AllowedHosts:
    """On-premises hosts that may be http or private: ``host`` (any port) or ``host:port``; and domains that may issue
    tokens for a Halo elsewhere."""

    hosts: frozenset[str] = frozenset()
    auth_domains: frozenset[str] = frozenset()

    @classmethod
    def parse(cls, hosts: str, auth_domains: str = "") -> "AllowedHosts":
        """Read the two settings: comma-separated names."""
        return cls(_names(hosts), _names(auth_domains))

    def allows(self, host: str, port: int) -> bool:
        """Whether this host and port may be plain http and have a private address."""
        name = host.strip("[]").lower()
        return not {name, f"{name}:{port}", f"[{name}]:{port}", f"[{name}]"}.isdisjoint(self.hosts)


def _names(text: str) -> frozenset[str]:
    return frozenset(name.strip().lower() for name in text.split(",") if name.strip())


def base_url(text: str, allowed: AllowedHosts) -> str:
    """The Halo URL as it is used: scheme, host, port, and the path of an on-premises Halo, without ``/`` at the end.

    A missing scheme is https, a trailing ``/api`` is dropped. HaloError (address) for anything that may not be called.
    """
    text = text.strip()
    parts = _split(text if "://" in text else f"https://{text}", text)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    host = (parts.hostname or "").rstrip(".")
    if parts.scheme != "https" and not (parts.scheme == "http" and allowed.allows(host, port)):
        raise refused("Halo URL must begin with https://", f"{parts.scheme}://{host} was entered.")
    if "@" in parts.netloc:
        raise refused("Halo URL must not carry a user name or password", f"{host} was entered with one.")
    shown = f"[{host}]" if ":" in host else host
    path = parts.path.rstrip("/").removesuffix("/api").rstrip("/")
    return f"{parts.scheme}://{shown}{f':{parts.port}' if parts.port else ''}{path}".removesuffix("/")


def _split(url: str, entered: str) -> SplitResult:
    """The parts of an address, or an error that shows what was entered (never with a user name in it)."""
    try:
        parts = urlsplit(url)
        usable = bool(parts.hostname) and parts.port != 0 and url.isprintable() and " " not in parts.netloc
    except ValueError:
        usable = False
    if not usable:
        shown = entered.rpartition("@")[2][:100]
        raise refused("Halo URL is not an address", f"{shown!r} was entered; expected https://yourhalo.halopsa.com.")
    return parts


def host_of(url: str) -> str:
    """Host, with its port where one is given, lower case: what a credential is sealed for."""
    return urlsplit(url).netloc.rpartition("@")[2].lower()


def check_auth_url(auth_url: str, url: str, allowed: AllowedHosts) -> str:
    """The address of the authorisation server that Halo names, if the client secret may be sent there."""
    auth = base_url(auth_url.partition("?")[0], allowed)
    here, there = urlsplit(url).hostname or "", urlsplit(auth).hostname or ""
    if here == there or registrable(here) == registrable(there) or _trusted(there, allowed):
        return auth
    raise refused(
        "Halo names an authorisation server of someone else",
        f"{here} says that tokens come from {there}; the client secret is not sent there.",
        "If that host is yours, ask your portal's operator to add it to HALOBUS_TRUSTED_AUTH_DOMAINS.",
    )


def _trusted(host: str, allowed: AllowedHosts) -> bool:
    domains = HALO_DOMAINS | allowed.auth_domains
    return any(host == domain or host.endswith(f".{domain}") for domain in domains)


def registrable(host: str) -> str:
    """The part of a host name that its owner registered: the last two labels, three under suffixes such as co.uk."""
    if is_ip(host):
        return host
    labels = host.lower().rstrip(".").split(".")
    return ".".join(labels[-3:] if ".".join(labels[-2:]) in _TWO_LEVELS else labels[-2:])


def is_ip(host: str) -> bool:
    """Whether a host is an address and no name."""
    try:
        ip_address(host.strip("[]").partition("%")[0])
    except ValueError:
        return False
    return True


def is_public(address: str) -> bool:
    """Whether an IP address is one of the open internet: not private, loopback, link-local, multicast, reserved.

    An IPv4 address inside of an IPv6 one (mapped, 6to4, Teredo, NAT64) is judged as well.
    """
    ip = ip_address(address.partition("%")[0])
    inner = _inside(ip) if isinstance(ip, IPv6Address) else []
    return all(_is_open(one) for one in inner) if inner else _is_open(ip)


def _is_open(ip: IPv4Address | IPv6Address) -> bool:
    local = isinstance(ip, IPv6Address) and ip.is_site_local
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or local)


def _inside(ip: IPv6Address) -> list[IPv4Address]:
    """The IPv4 addresses that an IPv6 address leads to."""
    if ip.teredo:
        return list(ip.teredo)
    if int(ip) >> 32 in _EMBEDDING:
        return [IPv4Address(int(ip) & 0xFFFF_FFFF)]
    return [ip.sixtofour] if ip.sixtofour else []


def refused(title: str, detail: str, remedy: str = "") -> HaloError:
    """An address that is not called."""
    remedy = remedy or f"Copy the Resource Server without /api from {API_PAGE}."
    return HaloError(Problem(kind="address", title=title, detail=detail, remedy=remedy))
