"""What operators are given is generated from the code, fresh, and complete."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from halobus import metrics
from operating import dashboards, log_events
from operating.__main__ import written
from operating.alert_list import ALERTS
from operating.expressions import names_in, unknown_in


@pytest.mark.parametrize("file", list(written()), ids=lambda file: file.name)
def test_every_generated_file_is_fresh(file: Path) -> None:
    assert file.read_text() == written()[file], "run `python -m operating` and commit the result"


def test_no_dashboard_is_left_over() -> None:
    assert set(dashboards.FOLDER.iterdir()) == set(dashboards.files())


def panels() -> list[dict[str, Any]]:
    """Those of all dashboards, as Grafana reads them."""
    return [panel for text in dashboards.files().values() for panel in json.loads(text)["panels"]]


def test_every_metric_is_on_a_dashboard_with_its_sentence() -> None:
    assert dashboards.shown() == set(metrics.METRICS)
    for panel in panels():
        [metric] = [each for each in metrics.METRICS if each.name in names_in(panel["targets"][0]["expr"])]
        assert panel["description"].startswith(metric.sentence)


def test_every_query_asks_for_declared_metrics_and_labels_of_the_chosen_installation() -> None:
    for panel in panels():
        [target] = panel["targets"]
        assert names_in(target["expr"])
        assert unknown_in(target["expr"]) == [], panel["title"]
        assert 'job=~"$job"' in target["expr"]
        assert target["datasource"] == panel["datasource"] == {"type": "prometheus", "uid": "${datasource}"}


def test_a_legend_names_every_label_that_stays() -> None:
    for panel in dashboards.panels():
        assert re.findall(r"{{(\w+)}}", panel.legend) == list(panel.by)
        assert panel.legend


def test_a_panel_turns_red_where_its_alert_fires() -> None:
    limited = [panel for panel in dashboards.panels() if panel.limit is not None]
    assert len(limited) > 4
    for panel in limited:
        watching = [alert.expression for alert in ALERTS if panel.metric.name in names_in(alert.expression)]
        assert any(each.endswith(f" > {panel.limit:g}") for each in watching), panel.title


def test_a_panel_names_the_alerts_that_look_at_its_metric() -> None:
    by_metric = {name: alert.name for alert in ALERTS for name in names_in(alert.expression)}
    watched = [panel for panel in dashboards.panels() if panel.metric.name in by_metric]
    assert len(watched) > 10
    for panel in watched:
        assert by_metric[panel.metric.name] in panel.description


def test_two_things_that_are_counted_at_once_are_not_counted_twice() -> None:
    [lag] = [panel for panel in dashboards.panels() if panel.metric is metrics.LAG_RECORDS]
    each = 'max by (group, topic, partition) (halobus_lag_records{job=~"$job"})'
    assert lag.expression == f"sum by (group, topic) ({each})"


def test_panels_lie_beside_each_other_in_grafanas_24_columns() -> None:
    for text in dashboards.files().values():
        taken: set[tuple[int, int]] = set()
        panels = json.loads(text)["panels"]
        assert len({panel["id"] for panel in panels}) == len(panels)
        for panel in panels:
            x, y, w, h = (panel["gridPos"][side] for side in "xywh")
            cells = {(column, row) for column in range(x, x + w) for row in range(y, y + h)}
            assert x + w <= 24
            assert not cells & taken, panel["title"]
            taken |= cells


def test_the_four_dashboards_are_told_apart() -> None:
    found = [json.loads(text) for text in dashboards.files().values()]
    titles = {each["title"].removeprefix("Halobus: ") for each in found}
    assert titles == {"Overview", "Connections", "Pipeline", "Halo budget"}
    assert len({each["uid"] for each in found}) == len(found)


def test_every_event_is_a_name_that_can_be_searched_for() -> None:
    calls = list(log_events.calls())
    assert len(calls) > 40
    unnamed = [f"{call.place}:{call.line}" for call in calls if call.event is None]
    assert unnamed == [], "an event is a constant, so that it can be listed"
    assert [call.event for call in calls if not re.fullmatch(r"[a-z]+(_[a-z0-9]+)*", call.event or "")] == []
