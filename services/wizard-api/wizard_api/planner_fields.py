"""Which fields of a planner item a person may set: pure rules and the bodies that carry them."""

from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from wizard_api.planner_entries import Entry

Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
Text = Annotated[str, StringConstraints(max_length=20_000)]
Value = Annotated[float, Field(ge=0, le=1e12, allow_inf_nan=False)]
Company = Annotated[int, Field(ge=1, le=2**53)]
HALOS = ("title", "description", "due", "value", "client_id")
"""What comes with the opportunity while Halo manages an item."""
_STORED = {"estimated_hours": "hours"}


class ItemPatch(BaseModel):
    """What is left out stays. ``due`` with its time zone; ``period``: the portal's own words, such as `2027-Q1`."""

    model_config = ConfigDict(extra="forbid")

    title: Title = ""
    description: Text = ""
    due: AwareDatetime | None = None
    value: Value | None = None
    client_id: Company | None = None
    notes: Text = ""
    estimated_hours: Annotated[float, Field(ge=0, le=1e6, allow_inf_nan=False)] | None = None
    period: Annotated[str, StringConstraints(max_length=40)] | None = None


class ItemIn(ItemPatch):
    """A new item. ``client_id``: whose it is; needed only to make an opportunity of it."""

    title: Title


def changes(body: ItemPatch) -> dict[str, Any]:
    """The fields of the choice that a body sets."""
    return {_STORED.get(name, name): getattr(body, name) for name in body.model_fields_set}


def refusals(body: ItemPatch, entry: Entry) -> list[tuple[str, str]]:
    """The fields that can't be set here, with what to do instead."""
    given = [name for name in HALOS if name in body.model_fields_set]
    if entry.is_managed:
        return [(name, _managed(entry)) for name in given]
    if entry.halo is not None and "client_id" in given:
        return [("client_id", "is the opportunity's own company in Halo: change it there")]
    return []


def _managed(entry: Entry) -> str:
    number = entry.halo.opportunity if entry.halo else 0
    return f"comes from opportunity {number} in Halo: change it there, or detach the item first"
