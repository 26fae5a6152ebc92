"""``python -m demo``: in a terminal until Ctrl-C; piped, plain lines and the end after the main job.

Exit codes: 0 all figures are right, 1 one is off or something did not work, 130 and 143 stopped by Ctrl-C or SIGTERM.
"""

import sys
import time

BEGAN = time.monotonic()
print("Halobus demo: a real Kafka, a real MongoDB, a simulated Halo and the five services. Starting.", flush=True)


def main() -> int:
    """Everything heavy is imported after the first line is on the screen."""
    from demo import running

    return running.run(BEGAN)


if __name__ == "__main__":
    sys.exit(main())
