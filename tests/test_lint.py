"""Style and types are tests like any other."""

import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[1]
ROOTS = ["shared", "services", "deploy", "tests"]


@pytest.mark.parametrize(
    "check",
    [["ruff", "check"], ["ruff", "format", "--check"], ["mypy", "--strict"]],
    ids=" ".join,
)
def test_nothing_to_complain(check: list[str]) -> None:
    roots = [root for root in ROOTS if (CHECKOUT / root).exists()]
    answer = subprocess.run(
        [sys.executable, "-m", *check, *roots], cwd=CHECKOUT, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr
