"""A run of the demo from its start to its exit code, whatever ends it."""

import asyncio
import os
import signal
import sys
from typing import NoReturn

from demo import story
from demo.errors import DemoError
from demo.keyboard import quiet
from demo.place import chosen
from demo.plain import Plain
from demo.view import View
from embedded.errors import StackError

TROUBLE = 1


class Stopped(Exception):  # noqa: N818 (not an error)
    """Somebody has asked the demo to end."""

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.exit_code = 128 + number


def run(began: float) -> int:
    """Blocks until the demo has ended and nothing of it runs any more."""
    stays = sys.stdin.isatty() and sys.stdout.isatty()
    view = _view(stays, began)
    try:
        with quiet():
            return asyncio.run(_until_stopped(view, began, stays))
    except (DemoError, StackError) as error:
        view.trouble(str(error))
        return TROUBLE
    except Stopped as stopped:
        return stopped.exit_code
    except BrokenPipeError:  # as by `make demo | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or the interpreter's last flush would complain
        return 128 + signal.SIGPIPE


def _view(stays: bool, began: float) -> View:
    if not stays:
        return Plain(began)
    from demo.screen import Screen  # rich is of no use to a pipe

    return Screen()


async def _until_stopped(view: View, began: float, stays: bool) -> int:
    """The story; a first Ctrl-C or SIGTERM ends it in order, a second one is not listened to: ending takes seconds."""
    telling = asyncio.create_task(story.tell(view, chosen(), began, stays))
    received: list[int] = []

    def stop(number: int) -> None:
        if not received:
            received.append(number)
            view.say("Stopping.")
            telling.cancel()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, stop, number)
    try:
        return await telling
    except asyncio.CancelledError:
        _raise(received)


def _raise(received: list[int]) -> NoReturn:
    if not received:
        raise asyncio.CancelledError
    raise Stopped(received[0])
