"""Where a Chromium is, or one line that says how to get one."""

import os
import shutil
from typing import NoReturn

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


def find() -> str | None:
    """The browser's path; None without one, and where the one that is named can't be run."""
    named = os.environ.get("CHROMIUM")
    return shutil.which(named) if named else next((path for name in NAMES if (path := shutil.which(name))), None)


def executable() -> str:
    """The browser's path; the tests are skipped without one, and fail where REQUIRE_BROWSER is set."""
    return find() or without(MISSING)


def without(reason: str) -> NoReturn:
    """Skip, or fail where the browser is required."""
    if os.environ.get("REQUIRE_BROWSER"):
        pytest.fail(reason)
    pytest.skip(reason)
