"""The list of metrics: complete, unique, in sentences, and none of them unused."""

import re
from pathlib import Path

import pytest

from halobus import metrics

CHECKOUT = Path(__file__).resolve().parents[2]
SOURCES = [
    file.read_text()
    for root in ("shared", "services")
    for file in (CHECKOUT / root).rglob("*.py")
    if file.name not in ("metrics.py", "metrics_registry.py")
]


def constant(metric: metrics.Metric) -> str:
    return next(name for name, value in vars(metrics).items() if value is metric)


def test_names_are_unique_and_ours_and_end_as_prometheus_wants() -> None:
    names = [metric.name for metric in metrics.METRICS]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"halobus_[a-z_]+", name) for name in names)
    assert all(metric.name.endswith("_total") == (metric.kind == "counter") for metric in metrics.METRICS)


@pytest.mark.parametrize("metric", metrics.METRICS, ids=lambda metric: metric.name)
def test_each_has_a_sentence_and_is_used(metric: metrics.Metric) -> None:
    assert re.fullmatch(r"[A-Z].{15,}\.", metric.sentence)
    assert any(re.search(rf"\b{constant(metric)}\b", source) for source in SOURCES), "nothing sets it"


def test_every_constant_is_in_the_list() -> None:
    assert {value for value in vars(metrics).values() if isinstance(value, metrics.Metric)} == set(metrics.METRICS)


def test_values_stand_in_the_exposition() -> None:
    before = metrics.value(metrics.DEAD_LETTERS, stream="s", reason="r")
    metrics.add(metrics.DEAD_LETTERS, 2, stream="s", reason="r")
    metrics.set(metrics.LAG_RECORDS, 7, group="g", topic="t", partition="0")
    metrics.observe(metrics.HALO_SECONDS, 0.3)
    assert metrics.value(metrics.DEAD_LETTERS, stream="s", reason="r") == before + 2
    text = metrics.exposition().decode()
    assert 'halobus_lag_records{group="g",partition="0",topic="t"} 7.0' in text
    assert "# HELP halobus_halo_seconds Time that Halo took to answer." in text


def test_label_sets_that_fall_out_are_gone() -> None:
    metrics.replace(metrics.FRESHNESS_SECONDS, {("acme",): 1.0, ("beta",): 2.0})
    metrics.replace(metrics.FRESHNESS_SECONDS, {("beta",): 3.0})
    text = metrics.exposition().decode()
    assert 'halobus_freshness_seconds{tenant="beta"} 3.0' in text
    assert "acme" not in text
    metrics.replace(metrics.FRESHNESS_SECONDS, {})


def test_a_counter_is_no_gauge() -> None:
    with pytest.raises(TypeError, match="halobus_halo_requests_total"):
        metrics.set(metrics.HALO_REQUESTS, 1, outcome="ok")
