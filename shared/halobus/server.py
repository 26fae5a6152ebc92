"""The HTTP server of a service: uvicorn, without its signals and its own log."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

from halobus.settings import Settings

DRAIN_SECONDS = 3
"""How long open requests, such as event streams, may go on at the end."""


class Server(uvicorn.Server):
    """uvicorn would take SIGTERM for itself and raise it again at the end: exit code 143 instead of 0."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals to the service."""
        yield


def listen(settings: Settings) -> socket.socket:
    """Listen before anything else: a taken port ends the process at once (OSError says which), and who reads in the
    log that the service listens can connect, though it is answered a little later."""
    family = socket.AF_INET6 if ":" in settings.http_host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((settings.http_host, settings.http_port))
    listener.listen()
    return listener


def server(app: Any, *, lifespan: bool) -> Server:
    """A server for ``app``; ``lifespan`` where the app has start and end of its own."""
    return Server(
        uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            server_header=False,
            lifespan="on" if lifespan else "off",
            timeout_graceful_shutdown=DRAIN_SECONDS,
        )
    )
