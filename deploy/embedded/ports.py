"""Free TCP ports on 127.0.0.1."""

import random
import socket

# Below the range from which systems take ports for outgoing connections: while a broker is down nothing else gets its
# port by chance, and a client that retries can't connect to itself.
RANGE = range(20_000, 32_000)


def free_port(taken: set[int]) -> int:
    """A port that nobody listens on and that is not in `taken`; it is added to `taken`."""
    candidates = (port for port in random.sample(RANGE, 1_000) if port not in taken and is_free(port))
    port = next(candidates)
    taken.add(port)
    return port


def is_free(port: int) -> bool:
    """Whether a server could listen on this port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a closed connection's remains don't count
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def answers(port: int) -> bool:
    """Whether somebody accepts connections on this port now."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
