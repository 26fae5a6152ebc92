"""What forks the services of tests ends with them, whatever they were saying when they were killed."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize("said", [b"", b'{"module": "half an ord'], ids=["silent", "in the middle of an order"])
def test_it_ends_when_the_other_end_is_gone(said: bytes) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        command = [sys.executable, "-m", "support.fork_server", str(theirs.fileno()), "json"]
        with subprocess.Popen(command, cwd=TESTS, pass_fds=[theirs.fileno()]) as server:
            theirs.close()
            ours.sendall(said)
            ours.close()
            assert server.wait(30) == 0
