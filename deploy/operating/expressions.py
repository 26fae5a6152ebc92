"""What a PromQL expression of ours asks for: metrics, and labels that they must have."""

import re

from halobus.metrics import METRICS, Metric

OF_THE_TARGET = frozenset({"service", "job", "le"})
"""Labels that Prometheus adds (by itself, PodMonitor, Compose's relabelling), and the one of a histogram's buckets."""
_SUFFIXES = re.compile(r"_(bucket|sum|count)$")
_BY_NAME = {metric.name: metric for metric in METRICS}


def names_in(expression: str) -> set[str]:
    """The names of our metrics, as they are declared; a histogram's series by the histogram."""
    return {_declared(found) for found in re.findall(r"\bhalobus_\w+", expression)}


def unknown_in(expression: str) -> list[str]:
    """Metrics that aren't declared, and labels that none of the expression's metrics has."""
    names = names_in(expression)
    metrics: list[Metric] = [_BY_NAME[name] for name in names if name in _BY_NAME]
    labels = OF_THE_TARGET.union(*(metric.labels for metric in metrics))
    return sorted(names - _BY_NAME.keys()) + sorted(_labels_in(expression) - labels)


def _declared(name: str) -> str:
    bare = _SUFFIXES.sub("", name)
    return bare if bare in _BY_NAME and _BY_NAME[bare].kind == "histogram" else name


def _labels_in(expression: str) -> set[str]:
    grouped = re.findall(r"\b(?:by|on|without|ignoring)\s*\(([^)]*)\)", expression)
    matched = re.findall(r'(\w+)\s*(?:=~|!~|!=|=)\s*"', expression)
    return {label.strip() for each in grouped for label in each.split(",") if label.strip()} | set(matched)
