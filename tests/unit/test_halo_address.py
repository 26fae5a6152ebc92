"""Which addresses may be called."""

import pytest

from connector.halo.address import AllowedHosts, base_url, check_auth_url, host_of, is_public, registrable
from connector.halo.errors import HaloError

NONE = AllowedHosts()
HOME = "https://acme.halopsa.com"


@pytest.mark.parametrize(
    ("entered", "used"),
    [
        ("https://acme.halopsa.com", HOME),
        (" https://ACME.halopsa.com/ ", HOME),
        ("acme.halopsa.com", HOME),
        ("https://acme.halopsa.com/api", HOME),
        ("https://acme.halopsa.com/api/", HOME),
        ("https://acme.halopsa.com/?x=1#y", HOME),
        ("https://halo.msp.example:8443/halo/", "https://halo.msp.example:8443/halo"),
    ],
)
def test_what_people_enter(entered: str, used: str) -> None:
    assert base_url(entered, NONE) == used


@pytest.mark.parametrize(
    "entered",
    ["", "http://acme.halopsa.com", "ftp://acme.halopsa.com", "https://", "https://a:b@acme.halopsa.com", "https://[::1",
     "https://acme.halopsa.com:99999", "https://ac me.halopsa.com", "javascript:alert(1)", "file:///etc/passwd"],
)  # fmt: skip
def test_what_is_no_halo_url(entered: str) -> None:
    with pytest.raises(HaloError) as caught:
        base_url(entered, NONE)
    assert caught.value.kind == "address"
    assert "a:b" not in str(caught.value)


def test_http_for_allowed_hosts_alone() -> None:
    allowed = AllowedHosts.parse("halo.local, 10.0.0.5:8080")
    assert base_url("http://halo.local", allowed) == "http://halo.local"
    assert base_url("http://10.0.0.5:8080", allowed) == "http://10.0.0.5:8080"
    with pytest.raises(HaloError):
        base_url("http://10.0.0.5:8081", allowed)


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
     "240.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fec0::1", "ff02::1",
     "::ffff:10.0.0.1", "::ffff:169.254.169.254", "64:ff9b::a00:1", "64:ff9b:1::a00:1", "2002:a00:1::",
     "2001:0:0:0:0:0:f5ff:fffe", "::7f00:1", "2001:db8::1", "198.18.0.1"],
)  # fmt: skip
def test_addresses_that_are_not_of_the_open_internet(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "52.1.2.3", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_addresses_of_the_open_internet(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "auth_url",
    ["https://acme.halopsa.com/auth", "https://auth.halopsa.com", "https://eu.haloservicedesk.com/auth/",
     "https://auth.haloitsm.com?tenant=x"],
)  # fmt: skip
def test_authorisation_servers_that_may_have_the_secret(auth_url: str) -> None:
    assert check_auth_url(auth_url, HOME, NONE) == auth_url.partition("?")[0].rstrip("/")


@pytest.mark.parametrize(
    ("auth_url", "home"),
    [
        ("https://auth.example.net/auth", HOME),
        ("https://halopsa.com.evil.example", HOME),
        ("https://evilhalopsa.com", HOME),
        ("http://acme.halopsa.com/auth", HOME),
        ("https://evil.co.uk", "https://halo.msp.co.uk"),
        ("https://203.0.113.9", "https://203.0.113.8"),
    ],
)
def test_authorisation_servers_of_someone_else(auth_url: str, home: str) -> None:
    with pytest.raises(HaloError):
        check_auth_url(auth_url, home, NONE)


def test_configured_authorisation_servers() -> None:
    allowed = AllowedHosts.parse("", "login.example")
    assert check_auth_url("https://sso.login.example", HOME, allowed) == "https://sso.login.example"


def test_names() -> None:
    assert registrable("a.b.msp.co.uk") == "msp.co.uk"
    assert registrable("x.halo.msp.example") == "msp.example"
    assert host_of("https://Halo.MSP.example:8443/x") == "halo.msp.example:8443"
