"""Say in one line what this machine lacks, and the fix, before anything is installed.

Run by the Makefile with the first Python found. Only the standard library, and no syntax newer than Python 2.7: an old
Python must get far enough to be told that it is old. Exits 1 with one line per thing that is missing.
"""

from __future__ import print_function

import ctypes
import os
import platform
import sys

OLDEST_PYTHON = (3, 11)
OLDEST_GLIBC = (2, 34)
ELSEWHERE = "set KAFKA_BOOTSTRAP_SERVERS and MONGODB_URI to existing ones, or STACK=containers"
MONGOD_PLATFORMS = {("Linux", "x86_64"), ("Linux", "aarch64"), ("Darwin", "x86_64"), ("Darwin", "arm64")}
MONGOD_LIBRARIES = {"libcurl.so.4": "libcurl4", "libssl.so.3": "libssl3"}


def python_is_new_enough():
    if sys.version_info >= OLDEST_PYTHON:
        return []
    found = "%s is Python %d.%d" % (sys.executable, sys.version_info[0], sys.version_info[1])
    return [found + "; Halobus needs 3.11 or newer: install one, or name it: make PYTHON=/path/to/python3.13"]


def venv_can_be_made():
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError as error:
        return ["no module %r: install it (Debian and Ubuntu: apt-get install python3-venv)" % error.name]
    return []


def checkout_is_writable():
    here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    if os.access(here, os.W_OK):
        return []
    return ["no permission to write to %s: the environment (.venv) and the data (.stack) go there" % here]


def embedded_stack_is_wanted():
    named = os.environ.get("KAFKA_BOOTSTRAP_SERVERS") and os.environ.get("MONGODB_URI")
    return not named and os.environ.get("STACK", "embedded") == "embedded"


def mongod_exists_for_this_platform():
    system, machine = platform.system(), platform.machine()
    if (system, machine) in MONGOD_PLATFORMS:
        return []
    return ["no embedded mongod for %s on %s: use Linux or macOS, or %s" % (system, machine, ELSEWHERE)]


def c_library_is_new_enough():
    if platform.system() != "Linux":
        return []
    name, version = platform.libc_ver()
    if name != "glibc":
        return ["the embedded mongod needs glibc, this machine has another C library (musl?): %s" % ELSEWHERE]
    if tuple(int(part) for part in version.split(".")[:2]) < OLDEST_GLIBC:
        return [
            "the embedded mongod needs glibc 2.34 or newer, this is %s: use a newer system, or %s"
            % (version, ELSEWHERE)
        ]
    return []


def mongod_libraries_load():
    if platform.system() != "Linux":
        return []
    missing = [name for name in sorted(MONGOD_LIBRARIES) if not loads(name)]
    packages = " ".join(MONGOD_LIBRARIES[name] for name in missing)
    if not missing:
        return []
    names = ", ".join(missing)
    return ["the embedded mongod needs %s: apt-get install %s, or %s" % (names, packages, ELSEWHERE)]


def loads(library):
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def missing_things():
    found = python_is_new_enough()
    if found:
        return found  # the other answers would speak of the wrong Python
    found = venv_can_be_made() + checkout_is_writable()
    if embedded_stack_is_wanted():
        platform_lacks = mongod_exists_for_this_platform() or c_library_is_new_enough() or mongod_libraries_load()
        found += platform_lacks
    return found


if __name__ == "__main__":
    lines = missing_things()
    for line in lines:
        print("halobus: " + line, file=sys.stderr)
    sys.exit(1 if lines else 0)
