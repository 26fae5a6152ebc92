"""Errors on the way to Halo, where no answer came: each its own title and remedy."""

import ssl
from collections.abc import Iterator

import httpcore
import httpx

from connector.halo.errors import HaloError
from halobus.runs import Problem

FAILURES = (
    httpx.TransportError,
    httpx.InvalidURL,
    httpx.StreamError,
    httpx.DecodingError,
    httpcore.NetworkError,
    httpcore.TimeoutException,
    httpcore.ProtocolError,
    httpcore.UnsupportedProtocol,
    ssl.SSLError,
    OSError,
)
"""What a request may raise before it has an answer."""
_TIMEOUTS = (httpx.TimeoutException, httpcore.TimeoutException, TimeoutError)
_CONNECT_TIMEOUTS = (httpx.ConnectTimeout, httpcore.ConnectTimeout)
_CONNECT = (httpx.ConnectError, httpcore.ConnectError)
_AGAIN = "Nothing to do: it is tried again by itself. If it stays, ask whoever runs Halo's network."


def explain(error: BaseException, where: str, host: str) -> HaloError:
    """The error as an admin reads it. Of the exception's own text nothing is kept, for it may quote a header."""
    causes = list(_causes(error))
    certificate = next((one for one in causes if isinstance(one, ssl.SSLCertVerificationError)), None)
    if certificate is not None:
        return _certificate(certificate, host)
    if any(isinstance(one, ssl.SSLError) for one in causes) and isinstance(error, _CONNECT):
        return _no_tls(host)
    if isinstance(error, _CONNECT_TIMEOUTS):
        return _unreachable(host, "did not answer in time")
    if any(isinstance(one, ConnectionRefusedError) for one in causes):
        return _refused_connection(host)
    if isinstance(error, _CONNECT):
        return _unreachable(host, "can't be reached from here")
    if isinstance(error, _TIMEOUTS):
        return _outage("Halo did not answer in time", f"{where}: {host} accepted the request and then was silent.")
    return _outage("The connection to Halo broke", f"{where}: {host} closed the connection before its answer was over.")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """An exception with everything behind it, groups of attempts included."""
    seen: set[int] = set()
    todo = [error]
    while todo:
        one = todo.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        todo += [one.__cause__, one.__context__, *(one.exceptions if isinstance(one, BaseExceptionGroup) else ())]


def _certificate(error: ssl.SSLCertVerificationError, host: str) -> HaloError:
    return HaloError(
        Problem(
            kind="address",
            title="Halo's certificate is not valid",
            detail=f"{host}: {error.verify_message or 'the certificate is not trusted'}.",
            remedy="Check the host name in Halo URL. If it is right, renew Halo's certificate; it must be signed by a "
            "public authority and be issued for this name.",
        ),
        reached=False,
    )


def _no_tls(host: str) -> HaloError:
    return HaloError(
        Problem(
            kind="address",
            title="No secure connection to Halo's host",
            detail=f"{host} does not speak https as it should.",
            remedy="Check the host and the port in Halo URL.",
        ),
        reached=False,
    )


def _unreachable(host: str, why: str) -> HaloError:
    return HaloError(
        Problem(
            kind="outage",
            title="Halo's host can't be reached",
            detail=f"{host} {why}.",
            remedy="Check Halo URL. If it is right, Halo or its firewall is down: allow this portal's addresses there.",
        ),
        transient=True,
        reached=False,
    )


def _refused_connection(host: str) -> HaloError:
    return HaloError(
        Problem(
            kind="outage",
            title="Halo's host refuses the connection",
            detail=f"Nothing listens at {host}.",
            remedy="Check the host and the port in Halo URL. If they are right, Halo is down.",
        ),
        transient=True,
        reached=False,
    )


def _outage(title: str, detail: str) -> HaloError:
    return HaloError(Problem(kind="outage", title=title, detail=detail, remedy=_AGAIN), transient=True)
