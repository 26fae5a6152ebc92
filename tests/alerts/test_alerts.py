"""The alerts: their expressions fire and don't as promtool's files say, and the runbook has a section for each."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from operating import alert_rules
from operating.alert_list import ALERTS
from operating.expressions import names_in, unknown_in

HERE = Path(__file__).resolve().parent
RUNBOOK = HERE.parents[1] / "docs" / "runbook.md"
LAST_SECTION = "What helps with all of them"
QUESTIONS = ("What it means for the customer", "How to see it", "What to do", "How to know it is over")
FILES = sorted(HERE.glob("*.yaml"))
PROMTOOL = shutil.which("promtool")
needs_promtool = pytest.mark.skipif(PROMTOOL is None, reason="no promtool: install Prometheus to run the alerts' tests")


def promtool(*arguments: str) -> str:
    assert PROMTOOL is not None
    done = subprocess.run([PROMTOOL, *arguments], capture_output=True, text=True, cwd=HERE)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@needs_promtool
def test_prometheus_reads_the_rules() -> None:
    assert f"{len(ALERTS) + 2} rules found" in promtool("check", "rules", str(alert_rules.FILE))


@needs_promtool
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_alerts_fire_and_end_as_they_should(file: Path) -> None:
    assert "SUCCESS" in promtool("test", "rules", file.name)


def test_each_alert_is_seen_to_fire_and_not_to_fire() -> None:
    fired: dict[bool, set[str]] = {True: set(), False: set()}
    for file in FILES:
        for test in yaml.safe_load(file.read_text())["tests"]:
            for one in test["promql_expr_test"]:
                [name] = re.findall(r'alertname="(\w+)"', one["expr"])
                fired[bool(one["exp_samples"])].add(name)
                # Else nothing fires because nothing of what it asks for is there.
                [alert] = [alert for alert in ALERTS if alert.name == name]
                given = {found for each in test["input_series"] for found in names_in(each["series"])}
                assert (
                    names_in(alert.expression) & given or "absent" in alert.expression or "halobus:" in alert.expression
                )
    assert fired[True] == fired[False] == {alert.name for alert in ALERTS}


def test_each_alert_has_its_section_and_each_section_its_alert() -> None:
    sections = re.split(r"^## ", RUNBOOK.read_text(), flags=re.M)[1:]
    titles = [section.split("\n", 1)[0] for section in sections]
    assert [title for title in titles if title != LAST_SECTION] == [alert.name for alert in ALERTS]
    for title, section in zip(titles, sections, strict=True):
        if title != LAST_SECTION:
            assert re.findall(r"^\*\*(.+?)\.\*\*", section, re.M) == list(QUESTIONS), title


def test_each_rule_leads_to_its_section_and_says_whom_it_concerns() -> None:
    groups = yaml.safe_load(alert_rules.FILE.read_text())["groups"]
    for rule in (rule for group in groups for rule in group["rules"] if "alert" in rule):
        assert rule["annotations"]["runbook_url"].endswith(f"docs/runbook.md#{rule['alert'].lower()}")
        assert rule["labels"]["severity"] in ("page", "ticket")
        if rule["labels"]["severity"] == "ticket":
            assert re.search(r"by \([^)]*\btenant\b", rule["expr"]), f"{rule['alert']} does not name the tenant"
            assert "$labels.tenant" in rule["annotations"]["summary"]


def test_expressions_ask_for_declared_metrics_and_labels() -> None:
    recorded = {"halobus:stale_connections:count", "halobus:stale_connections:ratio"}
    for expression in alert_rules.expressions():
        assert names_in(expression) or any(name in expression for name in recorded)
        assert unknown_in(expression) == []
    assert unknown_in("max by (group, cow) (halobus_lag_seconds) > halobus_horses") == ["halobus_horses", "cow"]
