"""A limit for request bodies, so that nobody fills the memory: the largest settings document is far below it."""

from starlette.exceptions import HTTPException

from halobus.health import ASGIApp, Receive, Scope, Send

LARGEST = 256 * 1024
"""Bytes."""


def limited(app: ASGIApp) -> ASGIApp:
    """The app, answering 413 when it reads a body that is too large; sent in chunks or announced."""

    async def around(scope: Scope, receive: Receive, send: Send) -> None:
        await app(scope, _Counted(receive) if scope["type"] == "http" else receive, send)

    return around


class _Counted:
    """Raises within the app's own reading, where an HTTPException becomes a problem document."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._read = 0

    async def __call__(self) -> Scope:
        message = await self._receive()
        self._read += len(message.get("body", b""))
        if self._read > LARGEST:
            raise HTTPException(413)
        return message
