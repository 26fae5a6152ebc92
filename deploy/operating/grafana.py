"""Panels as Grafana reads them: its classic dashboard JSON, checked against its own schema types."""

from typing import Any

from operating.panels import Panel

SCHEMA_VERSION = 39
COLUMNS, WIDTH, HEIGHT = 2, 12, 8
SOURCE = {"type": "prometheus", "uid": "${datasource}"}
GOOD, BAD = "green", "red"
_LEGENDS = {"showLegend": True, "displayMode": "table", "placement": "bottom", "calcs": ["lastNotNull", "max"]}

_BIG_NUMBER = {
    "graphMode": "area",
    "colorMode": "value",
    "textMode": "auto",
    "justifyMode": "auto",
    "orientation": "auto",
    "wideLayout": True,
    "showPercentChange": False,
    "percentChangeColorMode": "standard",
}


def dashboard(uid: str, title: str, panels: tuple[Panel, ...]) -> dict[str, Any]:
    """One file. What is edited in the browser would be lost, so it can't be."""
    return {
        "uid": uid,
        "title": title,
        "tags": ["halobus"],
        "schemaVersion": SCHEMA_VERSION,
        "editable": False,
        "graphTooltip": 1,
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "links": [_to_the_others()],
        "annotations": {"list": []},
        "templating": {"list": [_DATASOURCE, _JOB]},
        "panels": [_panel(number, panel) for number, panel in enumerate(panels)],
    }


_DATASOURCE = {"name": "datasource", "type": "datasource", "query": "prometheus", "label": "Data source"}
_JOB = {
    "name": "job",
    "type": "query",
    "label": "Installation",
    "datasource": SOURCE,
    "query": {"query": "label_values(halobus_ready, job)", "refId": "jobs"},
    "refresh": 2,
    "sort": 1,
    "multi": True,
    "includeAll": True,
    "allValue": ".+",
    "current": {"selected": True, "text": ["All"], "value": ["$__all"]},
}


def _to_the_others() -> dict[str, Any]:
    return {
        "title": "Halobus",
        "type": "dashboards",
        "tags": ["halobus"],
        "asDropdown": False,
        "includeVars": True,
        "keepTime": True,
        "targetBlank": False,
        "icon": "external link",
        "tooltip": "The other dashboards, at the same time",
        "url": "",
    }


def _panel(number: int, panel: Panel) -> dict[str, Any]:
    target = {"refId": "A", "datasource": SOURCE, "expr": panel.expression, "legendFormat": panel.legend}
    return {
        "id": number + 1,
        "type": panel.kind,
        "title": panel.title,
        "description": panel.description,
        "datasource": SOURCE,
        "gridPos": {"x": number % COLUMNS * WIDTH, "y": number // COLUMNS * HEIGHT, "w": WIDTH, "h": HEIGHT},
        "fieldConfig": {"defaults": _field(panel), "overrides": []},
        "options": _options(panel),
        "targets": [target],
    }


def _field(panel: Panel) -> dict[str, Any]:
    """How a value is written and coloured. Whole things have no decimals: a count over a time is an estimate."""
    field: dict[str, Any] = {"unit": panel.unit, "min": 0, "thresholds": _thresholds(panel.limit)}
    if panel.unit == "short":
        field["decimals"] = 0
    if panel.unit == "percentunit":
        field["max"] = 1
    if panel.states:
        field |= {"mappings": [_mapping(panel)], "color": {"mode": "thresholds"}}
    if panel.kind == "timeseries" and panel.limit is not None:
        field["custom"] = {"thresholdsStyle": {"mode": "dashed"}}
    return field


def _thresholds(limit: float | None) -> dict[str, Any]:
    above = [{"color": BAD, "value": limit}] if limit is not None else []
    return {"mode": "absolute", "steps": [{"color": GOOD, "value": None}, *above]}


def _mapping(panel: Panel) -> dict[str, Any]:
    results = {
        str(value): {"index": index, "text": text, "color": BAD if index else GOOD}
        for index, (value, text) in enumerate(panel.states)
    }
    return {"type": "value", "options": results}


def _options(panel: Panel) -> dict[str, Any]:
    match panel.kind:
        case "timeseries":
            return {"legend": _LEGENDS, "tooltip": {"mode": "multi", "sort": "desc"}}
        case "state-timeline":
            legend = {"showLegend": False, "displayMode": "list", "placement": "bottom", "calcs": []}
            return {
                "legend": legend,
                "tooltip": {"mode": "single", "sort": "none"},
                "showValue": "auto",
                "rowHeight": 0.9,
            }
        case "stat":
            reduce = {"calcs": ["lastNotNull"], "fields": "", "values": False}
            return {"reduceOptions": reduce, **_BIG_NUMBER}
