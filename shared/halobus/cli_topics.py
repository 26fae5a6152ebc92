"""``halobus topics``: what is declared against what the cluster has."""

from typing import Any

from halobus import cluster
from halobus.cli_output import show
from halobus.lag import OffsetReader
from halobus.settings import Settings
from halobus.topics import ALL


async def topics(settings: Settings) -> None:
    """One row a declared topic; ``differs`` is empty where all is as declared."""
    offsets = OffsetReader(settings)
    try:
        admin = await offsets.admin()
        differing = {each.name: each.sentence for each in await cluster.differences(admin, settings)}
        names = {f"{settings.topic_prefix}{topic.name}": topic for topic in ALL}
        found = {each.name: each for each in await cluster.describe(admin, list(names))}
    finally:
        await offsets.close()
    rows: list[dict[str, Any]] = []
    for name, topic in names.items():
        real = found.get(name)
        rows.append(
            {
                "topic": name,
                "partitions": real.partitions if real else None,
                "declared": topic.partitions,
                "days kept": _days(real.configs.get("retention.ms")) if real else None,
                "most bytes": real.configs.get("max.message.bytes") if real else None,
                "groups": " ".join(topic.groups),
                "differs": differing.get(name, ""),
            }
        )
    show(rows, "")


def _days(milliseconds: str | None) -> float | None:
    return round(int(milliseconds) / 86_400_000, 1) if milliseconds else None
