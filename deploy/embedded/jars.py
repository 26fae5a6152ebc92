"""Apache Kafka's jars: fetched once into the user's cache folder, checked against this repository's sums every time.

`kafka.sha256` is the lock file: each line names a jar by its place in a Maven repository, which is its coordinates, so
nothing is resolved anew. It holds all that `kafka_2.13` needs, and slf4j-simple: without a binding Kafka logs nothing.
`sha256sum -c` reads it too.
"""

import hashlib
import os
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath

from embedded.errors import StackError

LOCK = Path(__file__).with_name("kafka.sha256")
AT_ONCE = 8  # downloads


def kafka_jars() -> list[Path]:
    """The jars of `kafka.sha256`; raises StackError if one can't be had or is not the same."""
    folder, sums = cache_folder() / "jars", locked_sums()
    missing = [jar for jar in sums if not (folder / jar).exists()]
    if missing:
        fetch(missing, folder)
    for jar, expected in sums.items():
        check(folder / jar, expected)
    return [folder / jar for jar in sums]


def cache_folder() -> Path:
    root = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(root) / "halobus"


def locked_sums() -> dict[str, str]:
    """Place in a Maven repository to SHA-256."""
    return {jar: digest for digest, jar in map(str.split, LOCK.read_text().splitlines())}


def fetch(missing: list[str], folder: Path) -> None:
    """Download beside `folder`, then move each jar in: two checkouts may do this at the same time."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        for jar, file in zip(missing, download(missing, Path(scratch)), strict=True):
            (folder / jar).parent.mkdir(parents=True, exist_ok=True)
            file.replace(folder / jar)


def download(missing: list[str], scratch: Path) -> list[Path]:
    """Fetch into `scratch`, nothing elsewhere; jgo's environments would look for a Java too, or download one."""
    from jgo.maven import MavenContext  # imported here, for it takes longer than all the rest

    maven = MavenContext(repo_cache=scratch, timeout=60)

    def one(jar: str) -> Path:
        *group, artifact, version, _ = PurePosixPath(jar).parts
        return Path(maven.project(".".join(group), artifact).at_version(version).artifact().resolve())

    try:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return list(pool.map(one, missing))
    except (OSError, RuntimeError, ValueError) as error:  # requests' errors are OSErrors
        raise StackError(f"can't download Kafka's jars (needed once, 44 MB): {error}") from error


def check(jar: Path, expected: str) -> None:
    with jar.open("rb") as file:
        actual = hashlib.file_digest(file, "sha256").hexdigest()
    if actual != expected:
        raise StackError(f"{jar} is not the file that deploy/embedded/kafka.sha256 names; delete it and try again")
