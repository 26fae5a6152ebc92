"""Rows of opportunities and projects as clean ones (docs/halo.md sections 6.4 and 6.5)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from connector.halo.clean import CleanError
from connector.halo.clean_opportunity import opportunity
from connector.halo.clean_project import project
from connector.halo.clean_ticket import ticket
from halobus.messages import Message

NO_DATE, DAY = "1900-01-01T00:00:00", "2026-03-02T00:00:00"


def row(**values: Any) -> dict[str, Any]:
    return {"id": 7, "summary": "Firewall", "dateclosed": NO_DATE, "client_id": 12, **values}


def test_every_field_comes_over() -> None:
    found = opportunity(
        row(
            id="7", details="5 < 6 <b>&</b>", opptype=" Renewal ", oppvalue="1200.50", oppconversionprobability=25.0,
            status_id=2, tickettype_id=21.0, workflow_id=5, workflow_step=3, workflow_stage_id=53, site_id=48.0,
            pipeline_stage_id=9, pipeline_stage_name="Negotiate", user_id=3, oppcompanyname="Pro Ltd", agent_id=1,
            oppcontactname="Pat", team="Sales", category1="Hardware>Laptop", category_4="Contract", dateoccurred=DAY,
            targetdate=DAY, last_update=DAY,
        )
    )  # fmt: skip
    assert found.model_dump() == {
        "id": 7, "summary": "Firewall", "details": "5 < 6 <b>&</b>", "opptype": "Renewal", "value": 1200.5,
        "probability": 25, "state": "open", "status_id": 2, "type_id": 21, "workflow_id": 5, "workflow_step": 3,
        "stage_id": 53, "stage_name": "Negotiate", "client_id": 12, "site_id": 48, "user_id": 3,
        "company_name": "Pro Ltd", "contact_name": "Pat", "agent_id": None, "team": "Sales",
        "categories": ["Hardware>Laptop", None, None, "Contract"], "occurred": datetime(2026, 3, 2, tzinfo=UTC),
        "target": datetime(2026, 3, 2, tzinfo=UTC), "closed": None, "last_update": datetime(2026, 3, 2, tzinfo=UTC),
    }  # fmt: skip


def test_what_is_unset_is_none() -> None:
    found = opportunity(
        row(client_id=1, opptype="  ", oppvalue="", oppconversionprobability=-1, targetdate=NO_DATE, workflow_id=-1)
    )
    unset = (found.client_id, found.opptype, found.value, found.probability, found.target, found.workflow_id)
    assert unset == (None,) * 6
    assert opportunity(row(oppvalue=0)).value == 0.0


@pytest.mark.parametrize(
    ("values", "state"),
    [
        ({"oppconverteddate": DAY, "oppclosurecategory": 2}, "open"),
        ({"dateclosed": DAY, "oppconverteddate": DAY, "oppclosurecategory": 2}, "won"),
        ({"dateclosed": DAY, "oppconverteddate": NO_DATE, "oppclosurecategory": 2}, "lost"),
        ({"dateclosed": DAY, "oppclosurecategory": 0, "oppconversionprobability": 100}, "won"),
        ({"dateclosed": DAY, "oppclosurecategory": -1, "oppconversionprobability": 0}, "closed"),
    ],
)
def test_open_won_lost_or_closed(values: dict[str, Any], state: str) -> None:
    assert opportunity(row(**values)).state == state


@pytest.mark.parametrize("value", [True, "a lot", [1], float("nan"), "inf"])
def test_a_value_that_is_no_number_is_told_by_its_field(value: Any) -> None:
    with pytest.raises(CleanError, match="oppvalue"):
        opportunity(row(oppvalue=value))


def test_a_project_with_and_without_budgets() -> None:
    found = project(
        row(projecttimebudget=40, projecttimeactual=3.5, projectmoneybudget=0, projectmoneyactual=0, startdate=DAY)
    )
    assert (found.time_budget, found.time_actual, found.money_budget, found.money_actual) == (40.0, 3.5, None, 0.0)
    assert (found.start, found.target) == (datetime(2026, 3, 2, tzinfo=UTC), None)


OF_ALL = ("dateoccurred", "dateclosed", "last_update")
TIMES = (*OF_ALL, "lastactiondate", "respondbydate", "fixbydate", "startdate", "targetdate")


@pytest.mark.parametrize("clean", [opportunity, project, partial(ticket, team_ids={})])
def test_every_time_without_a_zone_is_local_time(clean: Callable[..., Message]) -> None:
    told = row(**dict.fromkeys(TIMES, DAY))
    here, there = (clean(told, offset_minutes=minutes).model_dump() for minutes in (0, 600))
    moved = {name: value - there[name] for name, value in here.items() if isinstance(value, datetime)}
    assert len(moved) >= 4
    assert set(moved.values()) == {timedelta(hours=10)}
