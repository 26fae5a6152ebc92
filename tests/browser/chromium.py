"""Where a Chromium is, or one line that says how to get one."""

import os
import shutil
from pathlib import Path

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
MISSING = "no Chromium: apt-get install chromium, or name one as CHROMIUM=/path/to/chromium"
UNBUILT = "the page is not built: make page"


def executable() -> str:
    """The browser's path; the tests are skipped without one, and fail where REQUIRE_BROWSER is set."""
    named = os.environ.get("CHROMIUM")
    found = named or next((path for name in NAMES if (path := shutil.which(name))), None)
    if not found or not Path(found).exists():
        without(MISSING)
    assert found
    return found


def without(reason: str) -> None:
    """Skip, or fail where the browser is required."""
    if os.environ.get("REQUIRE_BROWSER"):
        pytest.fail(reason)
    pytest.skip(reason)
