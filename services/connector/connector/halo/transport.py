"""The guarded way to a socket: a name is resolved here, its addresses are checked, and the checked one is connected.

So a name that answers differently the second time (DNS rebinding) gains nothing; TLS and Host keep the name.
"""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Iterable
from functools import cache

import httpcore
import httpx

from connector.halo.address import AllowedHosts, is_public, refused
from connector.halo.errors import API_PAGE, HaloError
from halobus.runs import Problem


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Opens TCP connections to addresses of the open internet, and to allowed hosts wherever they are."""

    def __init__(self, allowed: AllowedHosts) -> None:
        self._allowed = allowed
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 (httpcore's signature)
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first address that answers; HaloError (address) if any address is refused."""
        addresses = await self._addresses(host, port, timeout)
        failure: Exception | None = None
        each = None if timeout is None else max(1.0, timeout / len(addresses))
        for address in addresses:
            try:
                return await self._inner.connect_tcp(address, port, each, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure or httpcore.ConnectError(f"no address for {host}")

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def _addresses(self, host: str, port: int, timeout: float | None) -> list[str]:  # noqa: ASYNC109
        """The host's checked addresses."""
        addresses = await resolve(host, port, timeout)
        if not addresses:
            raise _no_such_host(host)
        if not self._allowed.allows(host, port) and not all(is_public(address) for address in addresses):
            raise refused(
                "Halo URL leads into a private network",
                f"{host} has an address that is not on the open internet, so it is not called.",
                "For a Halo on your own premises ask your portal's operator to add its host to HALOBUS_ALLOWED_HOSTS.",
            )
        return addresses


async def resolve(host: str, port: int, seconds: float | None) -> list[str]:
    """The addresses of a name, none where it has none."""
    try:
        async with asyncio.timeout(seconds):
            found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except TimeoutError:
        raise httpcore.ConnectTimeout(f"resolving {host}") from None
    except (OSError, UnicodeError):
        return []
    return list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))


def _no_such_host(host: str) -> HaloError:
    return HaloError(
        Problem(
            kind="address",
            title="Halo's host does not exist",
            detail=f"The name {host} can't be resolved.",
            remedy=f"Check Halo URL for typing errors; it is the Resource Server without /api in {API_PAGE}.",
        )
    )


@cache
def _public_tls() -> ssl.SSLContext:
    """The public authorities, read once: that takes longer than a request."""
    return httpx.create_ssl_context()


class GuardedTransport(httpx.AsyncBaseTransport):
    """httpx over a pool of kept-alive connections that are opened by ``GuardedBackend``.

    httpcore's own errors pass through: ``network`` explains them.
    """

    def __init__(self, allowed: AllowedHosts, tls: ssl.SSLContext | None = None) -> None:
        self._allowed = allowed
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=tls or _public_tls(),
            max_connections=10,
            max_keepalive_connections=5,
            keepalive_expiry=30.0,
            network_backend=GuardedBackend(allowed),
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request; the body is streamed. Plain http goes to allowed hosts alone."""
        if request.url.scheme != "https" and not self._allowed.allows(request.url.host, request.url.port or 80):
            raise refused("Halo must be called by https", f"{request.url.host} is not allowed without.")
        url = httpcore.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port,
            target=request.url.raw_path,
        )
        core = httpcore.Request(
            request.method, url, headers=request.headers.raw, content=request.content, extensions=request.extensions
        )
        answer = await self._pool.handle_async_request(core)
        return httpx.Response(answer.status, headers=answer.headers, stream=_Body(answer), extensions=answer.extensions)

    async def aclose(self) -> None:
        await self._pool.aclose()


class _Body(httpx.AsyncByteStream):
    """A response's body as it comes."""

    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for part in self._answer.aiter_stream():
            yield part

    async def aclose(self) -> None:
        await self._answer.aclose()
