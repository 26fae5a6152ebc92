"""`python -m embedded up|down|status`: the embedded stack from a command line."""

import argparse
import os
import signal
import subprocess
import sys
from pathlib import Path

from embedded import process
from embedded.errors import StackError
from embedded.stack import Stack
from embedded.state import Node

CHECKOUT = Path(__file__).resolve().parents[2]


def main() -> int:
    options = arguments()
    stack = Stack(options.data, options.nodes, tied=options.foreground)
    try:
        return int({"up": up, "down": down, "status": status}[options.command](stack, options.foreground))
    except StackError as error:
        print(f"halobus: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130  # while starting: what had been started is stopped


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m embedded", description="A real Kafka and MongoDB on 127.0.0.1.")
    parser.add_argument("command", choices=["up", "down", "status"])
    parser.add_argument("--nodes", type=int, choices=[1, 3], help="brokers and mongods (default: as before, else 1)")
    parser.add_argument("--data", type=Path, default=CHECKOUT / ".stack", help="folder of data and logs")
    parser.add_argument("--foreground", action="store_true", help="stay, and stop the stack at Ctrl-C or SIGTERM")
    return parser.parse_args()


def up(stack: Stack, foreground: bool) -> int:
    stack.up()
    migrate(stack)
    show(stack)
    if foreground:
        ends = {signal.SIGINT, signal.SIGTERM}
        signal.pthread_sigmask(signal.SIG_BLOCK, ends)  # not before `up`: its children would inherit it
        signal.sigwait(ends)
        stack.down()
    return 0


def migrate(stack: Stack) -> None:
    """Topics and indexes as this checkout declares them: a stack to develop against is ready for its services."""
    factor = str(len([node for node in stack.state.members if node.kind == "kafka"]))
    servers = {"KAFKA_BOOTSTRAP_SERVERS": stack.bootstrap_servers, "MONGODB_URI": stack.mongodb_uri}
    environment = {**os.environ, **servers, "HALOBUS_REPLICATION_FACTOR": factor}
    done = subprocess.run([sys.executable, "-m", "halobus", "migrate"], env=environment, capture_output=True, text=True)
    if done.returncode:
        raise StackError(f"`halobus migrate` failed: {done.stderr.strip()}")


def down(stack: Stack, foreground: bool) -> int:
    stack.down()
    return 0


def status(stack: Stack, foreground: bool) -> int:
    """Exit code 0 if all members run, 3 if not."""
    show(stack)
    return 0 if stack.is_up() else 3


def show(stack: Stack) -> None:
    for node in stack.state.members:
        print(f"{node.name:10} 127.0.0.1:{node.port}  {condition(node):14} log {stack.log(node)}")
    print(f"\nexport KAFKA_BOOTSTRAP_SERVERS={stack.bootstrap_servers}")
    print(f"export MONGODB_URI='{stack.mongodb_uri}'", flush=True)


def condition(node: Node) -> str:
    return f"pid {node.process.pid}" if node.process and process.alive(node.process) else "not running"


if __name__ == "__main__":
    sys.exit(main())
