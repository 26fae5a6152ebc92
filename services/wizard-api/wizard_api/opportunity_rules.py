"""What the opportunity settings may say: pure rules over the settings, Halo's lists and what is seen in its data."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from halobus.decisions import OpportunitySettings
from halobus.messages import ReferenceItem
from halobus.planner import same_type
from wizard_api.settings_rules import Problem, Verdict

Items = Mapping[int | str, ReferenceItem]
SYNC_OFF = (
    "Opportunity sync is off: these settings are kept and have no effect until it is switched on (`opportunities` in "
    "the sync settings)."
)
DOMAIN = "opps"
"""Halo's word for the part of its ticket types that are opportunities."""


@dataclass(frozen=True)
class Lists:
    """Halo's lists by id; None while a list was never read. ``types``: the free texts that its opportunities have."""

    workflows: Items | None = None
    ticket_types: Items | None = None
    categories: Items | None = None
    types: Collection[str] = ()


def check_opportunities(new: OpportunitySettings, sync_on: bool, lists: Lists) -> Verdict:
    """Step 3 of the wizard, for opportunities."""
    verdict = Verdict(errors=missing(new, lists), warnings=[] if sync_on else [SYNC_OFF])
    if new.stage_id is not None and new.workflow_id is None:
        verdict.errors.append(("stage_id", "needs its workflow: choose the Default Workflow first"))
    verdict.errors += [
        ("auto_import_types", "holds an empty text: take it out") for name in new.auto_import_types if not name.strip()
    ][:1]
    verdict.warnings += _unseen(new, lists.types)
    return verdict


def missing(value: OpportunitySettings, lists: Lists) -> list[Problem]:
    """The defaults that Halo does not have, or not any more, by field."""
    workflow = _default("workflow_id", value.workflow_id, lists.workflows, "workflow")
    found = [*workflow, *_default("ticket_type_id", value.ticket_type_id, lists.ticket_types, "ticket type")]
    if not workflow:
        found += _stage(value, lists.workflows)
    kind = held(lists.ticket_types, value.ticket_type_id)
    if kind is not None and kind.attributes.get("domain") not in (DOMAIN, None):
        found.append(("ticket_type_id", f"“{kind.name}” is no opportunity type in Halo: choose another"))
    for number, id in enumerate(value.categories):
        found += _category(number, id, lists.categories)
    return found


def stages(workflow: ReferenceItem | None) -> dict[int, str]:
    """The stages of a workflow, names by id."""
    return {stage["id"]: stage["name"] for stage in (workflow.attributes.get("stages") or [])} if workflow else {}


def held(items: Items | None, id: int | None) -> ReferenceItem | None:
    """An item of a list that may not have been read."""
    return None if id is None or items is None else items.get(id)


def _default(field: str, id: int | None, items: Items | None, what: str) -> list[Problem]:
    if id is None or items is None:
        return []
    item = items.get(id)
    if item is None:
        return [(field, f"names {what} {id}, which Halo does not have: choose another, or Sync PSA Data if it is new")]
    return [(field, f"“{item.name}” is inactive in Halo: choose another")] if item.inactive else []


def _stage(value: OpportunitySettings, workflows: Items | None) -> list[Problem]:
    if value.stage_id is None or value.workflow_id is None or workflows is None:
        return []
    workflow = workflows[value.workflow_id]
    if value.stage_id in stages(workflow):
        return []
    return [("stage_id", f"names stage {value.stage_id}, which “{workflow.name}” does not have: choose one of its own")]


def _category(number: int, id: int | None, items: Items | None) -> list[Problem]:
    field, level = f"categories.{number}", number + 1
    found = _default(field, id, items, "category")
    item = held(items, id)
    if not found and item is not None and item.attributes.get("level") not in (level, None):
        other = item.attributes["level"]
        found.append((field, f"“{item.name}” is a category of level {other}: choose one of level {level}"))
    return found


def _unseen(new: OpportunitySettings, types: Collection[str]) -> Iterable[str]:
    """Halo's type is free text: what was typed is taken, but whoever mistyped it should be told."""
    known = {same_type(name) for name in types}
    for name in dict.fromkeys([*([new.type] if new.type else []), *new.auto_import_types]):
        if same_type(name) not in known:
            yield f"No opportunity in Halo has the type “{name}” yet: it is taken as it was typed."
