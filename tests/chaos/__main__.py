"""``python -m chaos [row ...]``: runs the rows (all, unless some are named) in full and writes docs/chaos.md.

Exit codes: 0 all held, 1 one did not, 2 wrong usage.
"""

import argparse
import asyncio
import shutil
import sys
import tempfile
import time
import traceback
from pathlib import Path

from chaos import report
from chaos.row import Ground, Row
from chaos.rows import ROWS
from embedded.choose import choose


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m chaos", description="Run the promises' rows in full.")
    parser.add_argument("rows", nargs="*", metavar="row", help=f"of {', '.join(ROWS)} (default: all)")
    parser.add_argument("--small", action="store_true", help="as the tests run them; docs/chaos.md stays as it is")
    options = parser.parse_args()
    if unknown := set(options.rows) - ROWS.keys():
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    folder = Path(tempfile.mkdtemp(prefix="halobus-chaos-"))
    print(f"logs: {folder}", flush=True)
    stack = choose(folder / "stack")
    try:
        return asyncio.run(_run(Ground(stack, folder), options.rows or list(ROWS), full=not options.small))
    finally:
        stack.close()
        shutil.rmtree(folder / "stack", ignore_errors=True)  # the logs stay


async def _run(ground: Ground, names: list[str], *, full: bool) -> int:
    rows = [await _one(ground, name, full=full) for name in names]
    if full:
        report.write(rows, await report.versions(ground))
        print(f"\nwritten: {report.FILE}")
    return 0 if all(row.held for row in rows) else 1


async def _one(ground: Ground, name: str, *, full: bool) -> Row:
    print(f"\n{name} …", flush=True)
    began = time.monotonic()
    try:
        row = await ROWS[name](ground, full)
    except Exception as error:  # noqa: BLE001  # a row that could not be finished is a row that did not hold
        traceback.print_exc()
        row = Row(name, "was not finished", broken=[f"{type(error).__name__}: {str(error)[:200]}"])
    print(f"{name}: {'held' if row.held else 'BROKEN'} in {time.monotonic() - began:.0f} s: {row.done}")
    for figure, value in row.figures.items():
        print(f"  {figure}: {value}")
    for sentence in row.broken:
        print(f"  broken: {sentence}")
    sys.stdout.flush()
    return row


if __name__ == "__main__":
    sys.exit(main())
