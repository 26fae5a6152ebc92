"""Puts Halo's interface and the control API behind one address, and serves them."""

from __future__ import annotations

import socket
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount

from halo_simulator.gate import Gate
from halo_simulator.instance import Instance
from halo_simulator.steering.routes import routes
from halo_simulator.tls import Certificates


def application(instance: Instance) -> Starlette:
    """The ASGI application."""
    return Starlette(routes=[Mount("/control", routes=routes(instance)), Mount("/", app=Gate(instance))])


def bound(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind((host, port))
    return sock


def server(instance: Instance, files: Certificates | None = None) -> uvicorn.Server:
    """A server without its own `Date` header, without logs: the control API has the requests."""
    options: dict[str, Any] = {"log_level": 60, "access_log": False, "date_header": False, "server_header": False}
    options |= {"timeout_graceful_shutdown": 1, "lifespan": "off", "ws": "none", "timeout_keep_alive": 75}
    if files:
        options |= {"ssl_certfile": str(files.certificate), "ssl_keyfile": str(files.key)}
    return uvicorn.Server(uvicorn.Config(application(instance), **options))
