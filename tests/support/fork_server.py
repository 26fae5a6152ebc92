"""An interpreter that has imported every service and forks one at a word: starting five costs less than one import.

``python -m support.fork_server FD``: it reads a line of JSON per process to start from the socket FD, answers with its
pid, and tells each exit. It ends, and takes nothing with it, when the other end is gone. It has one thread and no
event loop, so what it forks is as clean as a new interpreter.
"""

import concurrent.futures.thread  # noqa: F401  # before OpenTelemetry, whose own hook after a fork needs its lock free
import gc
import importlib
import json
import os
import runpy
import select
import signal
import socket
import sys
from collections.abc import Sequence
from typing import Any, cast

LINE = 1 << 20
"""Bytes read at once; an order is far smaller."""


def main(descriptor: int, modules: Sequence[str]) -> None:
    for module in modules:
        importlib.import_module(module)
    gc.collect()
    gc.freeze()  # what is shared with the children is not copied by their collector
    order = _serve(socket.socket(fileno=descriptor))
    if order is not None:
        _become(order)


def _serve(orders: socket.socket) -> dict[str, Any] | None:
    """Fork for each order. None at the end; in a child, its order."""
    woken, wakes = os.pipe()
    os.set_blocking(wakes, False)
    signal.set_wakeup_fd(wakes)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the test runner's to answer
    while True:
        ready, _, _ = select.select([orders.fileno(), woken], [], [])
        if woken in ready:
            os.read(woken, LINE)
            _tell_exits(orders)
        if orders.fileno() in ready:
            line = _line(orders)
            if not line:
                return None
            pid = os.fork()
            if pid == 0:
                signal.set_wakeup_fd(-1)
                for descriptor in (woken, wakes):
                    os.close(descriptor)
                orders.close()
                return cast("dict[str, Any]", json.loads(line))
            _tell(orders, started=pid)


def _line(orders: socket.socket) -> bytes:
    """One order: the next is sent when it was answered. Empty at the end, in the middle of one as well."""
    line = b""
    while not line.endswith(b"\n"):
        received = orders.recv(LINE)
        if not received:
            return b""
        line += received
    return line


def _tell_exits(orders: socket.socket) -> None:
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        _tell(orders, ended=pid, code=os.waitstatus_to_exitcode(status))


def _tell(orders: socket.socket, **fact: int) -> None:
    orders.sendall(json.dumps(fact).encode() + b"\n")


def _become(order: dict[str, Any]) -> None:
    """Be what ``python -m module arguments`` would be in this environment, its output in the files."""
    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for descriptor, path in ((1, order["out"]), (2, order["err"])):
        file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        os.dup2(file, descriptor)
        os.close(file)
    os.environ.clear()
    os.environ.update(order["environment"])
    sys.argv[1:] = order["arguments"]
    runpy.run_module(order["module"], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
