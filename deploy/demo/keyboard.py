"""The terminal's echo."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def quiet() -> Iterator[None]:
    """Without the ``^C`` that a terminal would put into a board that is being redrawn. Nothing else is changed."""
    if not sys.stdin.isatty():
        yield
        return
    import termios  # a pipe does not need it, and not every system has it

    before = termios.tcgetattr(sys.stdin)
    changed = [*before]
    changed[3] &= ~termios.ECHOCTL
    termios.tcsetattr(sys.stdin, termios.TCSADRAIN, changed)
    try:
        yield
    finally:
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)
