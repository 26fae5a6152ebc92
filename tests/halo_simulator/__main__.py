"""`python -m halo_simulator`: serves until it is told to stop; prints one line of JSON when it is ready."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
from pathlib import Path
from typing import Any

from halo_simulator import CLIENT_ID, CLIENT_SECRET, FOREIGN_ID, FOREIGN_SECRET, server, tls
from halo_simulator.config import Config, patched
from halo_simulator.data.world import SIZES
from halo_simulator.instance import Instance


def main() -> None:
    """Serve."""
    options = _options()
    if options.tied:
        threading.Thread(target=_end_with_input, daemon=True).start()
    try:
        instance = Instance(_config(options))
    except ValueError as error:
        sys.exit(f"halo_simulator: a setting can't be used: {error}")
    files = tls.make(options.tls) if options.tls else None
    sock = server.bound(options.host, options.port)
    served = server.server(instance, files)
    sock.listen(512)
    print(json.dumps(_ready(options.host, sock.getsockname()[1], files)), flush=True)
    served.run(sockets=[sock])


def _options() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m halo_simulator", description=__doc__)
    parser.add_argument("--size", choices=sorted(SIZES))
    parser.add_argument("--seed", type=int)
    parser.add_argument("--anchor", help="what counts as now for the generated data, ISO in UTC")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--config", type=Path, help="a JSON file of configuration keys")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=JSON", help="one configuration key")
    parser.add_argument(
        "--tied", action="store_true", help="end when standard input is closed, as by a starter that is gone"
    )
    parser.add_argument("--tls", type=Path, metavar="FOLDER", help="speak HTTPS; CA and certificate are made there")
    return parser.parse_args()


def _end_with_input() -> None:
    """Wait until nobody holds the other end of standard input, then end as by SIGTERM."""
    while os.read(sys.stdin.fileno(), 1024):  # without a lock that would be held when the interpreter ends
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def _config(options: argparse.Namespace) -> Config:
    """File first, then single keys, then the data's own options."""
    values: dict[str, Any] = json.loads(options.config.read_text()) if options.config else {}
    for entry in options.set:
        key, _, value = entry.partition("=")
        try:
            values[key] = json.loads(value)
        except json.JSONDecodeError:
            raise ValueError(f"{entry!r}: what follows = is no JSON; text takes quotes") from None
    values |= {key: getattr(options, key) for key in ("size", "seed", "anchor") if getattr(options, key) is not None}
    return patched(Config(), values)


def _ready(host: str, port: int, files: tls.Certificates | None) -> dict[str, Any]:
    """What a starter needs to know."""
    url = f"{'https' if files else 'http'}://{host}:{port}"
    return {
        "url": url, "control": f"{url}/control", "ca": str(files.authority) if files else "",
        "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET,
        "foreign_client_id": FOREIGN_ID, "foreign_client_secret": FOREIGN_SECRET,
    }  # fmt: skip


if __name__ == "__main__":
    main()
