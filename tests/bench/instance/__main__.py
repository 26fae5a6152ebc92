"""``python -m bench.instance``: the whole instance in full; writes docs/capacity.md.

Exit codes: 0 everything held, 1 something did not.
"""

import argparse
import asyncio
import shutil
import sys
import tempfile
from functools import partial
from pathlib import Path

from bench.instance import page
from bench.instance.scene import FULL, SMALL
from bench.instance.story import whole
from chaos.report import machine, versions
from chaos.row import Ground
from embedded.choose import choose


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.instance", description="Measure a whole instance.")
    parser.add_argument("--small", action="store_true", help="as the tests run it; docs/capacity.md stays as it is")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="halobus-instance-"))
    print(f"logs: {folder}", flush=True)
    stack = choose(folder / "stack")
    try:
        return asyncio.run(_run(Ground(stack, folder), small=options.small))
    finally:
        stack.close()
        shutil.rmtree(folder / "stack", ignore_errors=True)  # the logs stay


async def _run(ground: Ground, *, small: bool) -> int:
    result = await whole(ground, SMALL if small else FULL, partial(print, flush=True))
    text = page.page(result, await versions(ground), machine())
    print(text)
    if not small:
        page.FILE.write_text(text)
    return 1 if result.broken else 0


if __name__ == "__main__":
    sys.exit(main())
