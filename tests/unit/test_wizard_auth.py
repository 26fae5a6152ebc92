"""Tokens: what is verified, what is read from them, and what is said where they don't do."""

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from halobus import seal
from support.http_server import Reply, serving
from wizard_api import cookie
from wizard_api.auth import Principal, Verifier
from wizard_api.configuration import WizardSettings
from wizard_api.problems import ProblemError

SECRET = "portal secret that is long enough, really"
SETTINGS = {
    "kafka_bootstrap_servers": "nowhere:9092",
    "mongodb_uri": "mongodb://nowhere",
    "jwt_issuer": "https://portal.test",
    "jwt_audience": "halobus",
    "sealing_public_key": seal.generate()[1],
}


def claims(**more: Any) -> dict[str, Any]:
    usual = {"iss": "https://portal.test", "aud": "halobus", "sub": "ada", "tenant": "acme", "permissions": []}
    whole = {**usual, "exp": int(time.time()) + 60, **more}
    return {name: value for name, value in whole.items() if value is not None}


def settings(**more: Any) -> WizardSettings:
    return WizardSettings(**{**SETTINGS, **({} if "jwks_url" in more else {"jwt_secret": SECRET}), **more})


async def check(token: str, **more: Any) -> Principal:
    return await Verifier(settings(**more)).bearer(token)


def signed(**more: Any) -> str:
    return jwt.encode(claims(**more), SECRET, "HS256")


async def test_what_a_token_says() -> None:
    caller = await check(signed(permissions="tickets:read integrations:read", companies=[5, "6"]))
    assert (caller.tenant, caller.subject, caller.companies) == ("acme", "ada", frozenset({5, 6}))
    assert caller.permissions == {"tickets:read", "integrations:read"}
    assert (await check(signed())).companies is None
    assert (await check(signed(companies=[]))).companies == frozenset()


# Made when the test runs: a token lasts for a minute, and other tests come before.
@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: signed(exp=int(time.time()) - 60), "expired"),
        (lambda: signed(aud="others"), "audience"),
        (lambda: signed(iss="https://evil.test"), "issuer"),
        (lambda: signed(exp=None), "lacks the claim exp"),
        (lambda: signed(sub=None), "lacks the claim sub"),
        (lambda: signed(tenant=None), "claim tenant"),
        (lambda: signed(tenant="a:b"), "tenant name"),
        (lambda: signed(tenant={"$ne": ""}), "claim tenant"),
        (lambda: signed(permissions=7), "claim permissions"),
        (lambda: signed(companies="5"), "claim companies"),
        (lambda: signed(companies=[[5]]), "claim companies"),
        (lambda: signed(companies=["x"]), "claim companies"),
        (lambda: jwt.encode(claims(), SECRET + "x", "HS256"), "can't be verified"),
        (lambda: jwt.encode(claims(), SECRET * 2, "HS512"), "can't be verified"),
        (lambda: jwt.encode(claims(), "", "none"), "can't be verified"),
        (lambda: "nonsense", "can't be verified"),
    ],
)
async def test_a_token_that_does_not_do_is_answered_with_401_and_why(make: Callable[[], str], said: str) -> None:
    token = make()
    with pytest.raises(ProblemError) as caught:
        await check(token)
    document = caught.value.document
    assert document.status == 401
    assert said in document.detail
    assert token not in document.model_dump_json()


RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
ELLIPTIC = ec.generate_private_key(ec.SECP256R1())
KEYS: dict[str, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey] = {"RS256": RSA, "ES256": ELLIPTIC}


@pytest.fixture
def jwks() -> Iterator[str]:
    """The address of the portal's keys."""
    public = [
        {**json.loads(RSAAlgorithm.to_jwk(RSA.public_key())), "kid": "RS256", "use": "sig"},
        {**json.loads(ECAlgorithm.to_jwk(ELLIPTIC.public_key())), "kid": "ES256", "use": "sig"},
    ]

    with serving(lambda _: Reply(body=json.dumps({"keys": public}).encode())) as address:
        yield f"{address}/keys"


@pytest.mark.parametrize("algorithm", ["RS256", "ES256"])
async def test_tokens_of_a_jwks(jwks: str, algorithm: str) -> None:
    own = {"jwks_url": jwks, "session_key": "a session key that is long enough"}
    token = jwt.encode(claims(), KEYS[algorithm], algorithm, headers={"kid": algorithm})
    assert (await check(token, **own)).tenant == "acme"
    # The public key must not pass for a shared secret, nor another key for the one that is named.
    for wrong in (
        jwt.encode(claims(), "x" * 40, "HS256", headers={"kid": algorithm}),
        jwt.encode(claims(), KEYS[algorithm], algorithm, headers={"kid": "unknown"}),
    ):
        with pytest.raises(ProblemError) as caught:
            await check(wrong, **own)
        assert caught.value.document.status == 401


async def test_a_jwks_that_is_away_is_no_fault_of_the_caller() -> None:
    token = jwt.encode(claims(), KEYS["RS256"], "RS256", headers={"kid": "RS256"})
    with pytest.raises(ProblemError) as caught:
        await check(token, jwks_url="http://127.0.0.1:9/keys", session_key="a session key that is long enough")
    assert caught.value.document.status == 503


async def test_portal_tokens_and_cookies_do_not_pass_for_each_other() -> None:
    ours = settings()
    value, named = cookie.issue(ours, await check(signed(companies=[5])))
    assert cookie.read(ours, value) == named
    assert named.companies == frozenset({5})
    with pytest.raises(ProblemError):
        await check(value)
    with pytest.raises(ProblemError):
        cookie.read(ours, signed())
    with pytest.raises(ProblemError):
        cookie.read(settings(jwt_secret=SECRET + " of another deployment"), value)
