"""What an admin may type as the Halo URL."""

import pytest

from wizard_api.urls import clean

EXEMPT = frozenset({"127.0.0.1:4000", "halo.lan"})


@pytest.mark.parametrize(
    ("typed", "url", "host"),
    [
        ("https://yourhalo.halopsa.com", "https://yourhalo.halopsa.com", "yourhalo.halopsa.com"),
        ("yourhalo.halopsa.com", "https://yourhalo.halopsa.com", "yourhalo.halopsa.com"),
        ("  https://YourHalo.HaloPSA.com/  ", "https://yourhalo.halopsa.com", "yourhalo.halopsa.com"),
        ("https://yourhalo.halopsa.com/api/tickets", "https://yourhalo.halopsa.com", "yourhalo.halopsa.com"),
        ("https://halo.msp.test:8443/", "https://halo.msp.test:8443", "halo.msp.test:8443"),
        ("https://halo.msp.test:443", "https://halo.msp.test", "halo.msp.test"),
        ("halo.msp.test:8443", "https://halo.msp.test:8443", "halo.msp.test:8443"),
        ("http://127.0.0.1:4000", "http://127.0.0.1:4000", "127.0.0.1:4000"),
        ("http://halo.lan:8080/x", "http://halo.lan:8080", "halo.lan:8080"),
    ],
)
def test_is_kept_as_scheme_and_host(typed: str, url: str, host: str) -> None:
    assert clean(typed, EXEMPT) == (url, host)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("http://yourhalo.halopsa.com", "https://"),
        ("http://127.0.0.1:4001", "https://"),
        ("ftp://yourhalo.halopsa.com", "https://"),
        ("https://me:pw@yourhalo.halopsa.com", "user name or password"),
        ("https://@yourhalo.halopsa.com", "user name or password"),
        ("https://yourhalo.halopsa.com?x=1", r"no \? or #"),
        ("https://yourhalo.halopsa.com/?", r"no \? or #"),
        ("https://yourhalo.halopsa.com/#top", r"no \? or #"),
        ("https://yourhalo.halopsa.com:port", "port"),
        ("https://yourhalo.halopsa.com:99999", "port"),
        ("https://", "host name"),
        ("https://your halo.com", "host name"),
        ("https://-x.com", "host name"),
        ("https://[::1]/", "host name"),
        ("https://[::1", "host name"),
        ("https://yourhalo.halopsa.com\\@evil.test", "host name|user name"),
        ("javascript:alert(1)", "host name|port"),
    ],
)
def test_is_refused_with_what_to_type(typed: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        clean(typed, EXEMPT)
