"""Apache Kafka's jars: fetched once into the user's cache folder, checked against this repository's sums every time."""

import hashlib
import os
import shutil
import tempfile
from pathlib import Path

from embedded.errors import StackError

KAFKA = "4.3.1"
# slf4j-simple, for without a binding Kafka logs nothing at all.
ENDPOINT = f"org.apache.kafka:kafka_2.13:{KAFKA}+org.slf4j:slf4j-simple:1.7.36"
SUMS = Path(__file__).with_name("kafka.sha256")


def kafka_jars() -> Path:
    """The folder with exactly the jars of `kafka.sha256`; raises StackError if one can't be had or is not the same."""
    folder, sums = cache_folder() / f"kafka-{KAFKA}", expected_sums()
    if not all((folder / name).exists() for name in sums):
        fetch(folder, sums)
    for name, expected in sums.items():
        check(folder / name, expected)
    return folder


def cache_folder() -> Path:
    root = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(root) / "halobus"


def expected_sums() -> dict[str, str]:
    """File name to SHA-256, from a file that `sha256sum -c` reads too."""
    return {name: digest for digest, name in map(str.split, SUMS.read_text().splitlines())}


def fetch(folder: Path, sums: dict[str, str]) -> None:
    """Resolve and download beside `folder`, then move each jar in: two checkouts may do this at the same time."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        found = {jar.name: jar for jar in download(Path(scratch)).rglob("*.jar")}
        if missing := sorted(sums.keys() - found.keys()):
            raise StackError(f"Kafka {KAFKA} came without {', '.join(missing)}")
        for name in sums:
            shutil.move(found[name], folder / name)


def download(scratch: Path) -> Path:
    """Fetch everything below `scratch`, nothing elsewhere; returns the folder of the jars."""
    from jgo.env import EnvironmentBuilder, LinkStrategy  # imported here, for it takes longer than all the rest
    from jgo.maven import MavenContext

    maven = MavenContext(repo_cache=scratch / "repository")
    builder = EnvironmentBuilder(maven, cache_dir=scratch / "environment", link_strategy=LinkStrategy.HARD)
    try:
        return Path(builder.from_endpoint(ENDPOINT).path)
    except (OSError, RuntimeError, ValueError) as error:  # requests' errors are OSErrors
        raise StackError(f"can't download Kafka {KAFKA} (needed once, 44 MB): {error}") from error


def check(jar: Path, expected: str) -> None:
    with jar.open("rb") as file:
        actual = hashlib.file_digest(file, "sha256").hexdigest()
    if actual != expected:
        raise StackError(f"{jar} is not the file that deploy/embedded/kafka.sha256 names; delete it and try again")
