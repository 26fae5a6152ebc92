"""``python -m bench``: sync-ticket against the bare loop; prints each round and writes docs/bench.md."""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from bench import write
from bench.contest import BARE, OURS, Contender, Round, compete
from bench.load import tickets
from bench.profile import profiled
from bench.telemetry import pair
from chaos.report import machine, versions
from chaos.row import Ground
from embedded.choose import choose


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--records", type=int, default=30_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--dry", action="store_true", help="leave docs/bench.md as it is")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="halobus-bench-"))
    stack = choose(folder / "stack")
    try:
        asyncio.run(_run(Ground(stack, folder), options.records, options.rounds, dry=options.dry))
    finally:
        stack.close()
    return 0


async def _run(ground: Ground, count: int, rounds: int, *, dry: bool) -> None:
    records = tickets(count)
    results: dict[Contender, list[Round]] = {OURS: [], BARE: []}
    for _ in range(rounds):
        for contender, done in results.items():
            async with ground.place() as place:
                done.append(await compete(place, contender, records))
            print(f"{contender.name}: {done[-1].per_cpu_second:,.0f} records per CPU-second", flush=True)
    async with ground.place() as place:
        lines = await profiled(place, records[:10_000])
    pairs = [await pair(ground, records) for _ in range(rounds)]
    print(f"telemetry costs {', '.join(f'{each.cost:.1%}' for each in pairs)}", flush=True)
    text = write.report(results, lines, pairs, await versions(ground), machine())
    print(text)
    if not dry:
        write.FILE.write_text(text)


if __name__ == "__main__":
    sys.exit(main())
