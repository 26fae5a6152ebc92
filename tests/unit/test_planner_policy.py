"""What becomes of planner items: whatever happens in whatever order, people's decisions and fields stay theirs."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from halobus.decisions import OpportunitySettings
from halobus.planner import AutoImport, PlannerChoice, PlannerItem, opportunity_of, subject_of_opportunity
from sync_crm.planner_policy import Creation, Seen, following, joined, managed, may_be, why_new

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)
OFF = AutoImport(None, 0, frozenset())
ALL = AutoImport(NOON, 0, frozenset())


def opportunity(**fields: Any) -> dict[str, Any]:
    usual = {"id": 9, "summary": "Firewall", "details": "Two", "target": NOON, "value": 100.0, "client_id": 5}
    return {**usual, "opptype": "Renewal", "state": "open", "occurred": NOON + timedelta(hours=1), **fields}


def item(**fields: Any) -> PlannerItem:
    usual = {"tenant": "acme", "connection": "c1", "opportunity": 9, "origin": "auto-import", "created": NOON}
    return PlannerItem.model_validate({**usual, "version": "5", "title": "Firewall", **fields})


def choice(**fields: Any) -> PlannerChoice:
    return PlannerChoice(tenant="acme", connection="c1", subject="opportunity/9", **fields)


def creation(**fields: Any) -> Creation:
    usual = {"item": "a", "client_id": 5, "title": "firewall ", "begun": NOON, "state": "sending"}
    return Creation(**{**usual, **fields})


@pytest.mark.parametrize(
    ("auto", "fields", "brought"),
    [
        (OFF, {}, False),
        (ALL, {}, True),
        (ALL, {"occurred": NOON - timedelta(seconds=1)}, False),
        (AutoImport(NOON + timedelta(milliseconds=900), 0, frozenset()), {"occurred": NOON}, True),
        (ALL, {"occurred": None}, False),
        (ALL, {"value": None}, True),
        (ALL, {"state": "won"}, False),
        (AutoImport(NOON, 100, frozenset()), {}, True),
        (AutoImport(NOON, 100.01, frozenset()), {}, False),
        (AutoImport(NOON, 1, frozenset()), {"value": None}, False),
        (AutoImport(NOON, 0, frozenset({"renewal"})), {}, True),
        (AutoImport(NOON, 0, frozenset({"renewal"})), {"opptype": " RENEWAL "}, True),
        (AutoImport(NOON, 0, frozenset({"renewal"})), {"opptype": None}, False),
    ],
)
def test_what_auto_import_brings(auto: AutoImport, fields: dict[str, Any], brought: bool) -> None:
    assert auto.brings(opportunity(**fields)) is brought
    assert (why_new(opportunity(**fields), None, auto, []) == "auto-import") is brought


def test_auto_import_needs_its_toggle_and_opportunity_sync() -> None:
    settings = OpportunitySettings(auto_import=True, auto_import_since=NOON, auto_import_types=["Renewal "])
    assert AutoImport.of(settings, sync_on=True) == AutoImport(NOON, 0, frozenset({"renewal"}))
    assert AutoImport.of(settings, sync_on=False).since is None
    off = settings.model_copy(update={"auto_import": False})
    assert AutoImport.of(off, sync_on=True).since is None


def test_by_hand_comes_everything_and_a_persons_no_is_final() -> None:
    old = opportunity(occurred=NOON - timedelta(days=900), state="won")
    assert why_new(old, choice(imported=True), OFF, []) == "import"
    assert why_new(opportunity(), choice(detached=True), ALL, []) is None
    assert why_new(opportunity(), choice(deleted=True), ALL, []) is None
    assert why_new(opportunity(), choice(notes="mine"), ALL, []) == "auto-import"


@pytest.mark.parametrize(
    ("fields", "held"),
    [
        ({}, True),
        ({"state": "unknown", "title": "Something else"}, True),
        ({"state": "needs_review"}, True),
        ({"state": "needs_review", "title": "Something else"}, False),
        ({"state": "refused"}, False),
        ({"client_id": 6}, False),
        ({"begun": NOON + timedelta(hours=14)}, True),
        ({"begun": NOON + timedelta(hours=16)}, False),
    ],
)
def test_what_may_be_just_created_here_is_no_second_copy(fields: dict[str, Any], held: bool) -> None:
    assert may_be(creation(**fields), opportunity()) is held
    assert (why_new(opportunity(), None, ALL, [creation(**fields)]) is None) is held


def test_a_created_one_joins_its_own_item_once() -> None:
    sent = creation(state="sent", opportunity=9)
    assert joined([], [sent, creation()]) == {9: sent}
    assert joined([item()], [sent]) == {9: sent}, "auto-import was faster: its item becomes the person's"
    assert joined([item(item="a")], [sent]) == {}


def test_an_item_follows_until_it_is_won_and_again_when_it_is_open_again() -> None:
    renamed = opportunity(summary="Firewall, new")
    assert following(item(), False, Seen("6", renamed), True) == {
        "state": "open", "version": "6", "title": "Firewall, new", "description": "Two", "due": NOON, "value": 100.0,
    }  # fmt: skip
    assert following(item(), False, Seen("5", opportunity()), True) is None
    assert following(item(), False, Seen("4", renamed), True) is None, "late"
    won = following(item(), False, Seen("6", opportunity(state="won", value=7.0)), True)
    assert won is not None
    assert (won["state"], won["value"]) == ("won", 7.0), "with what Halo said last"
    later = following(item(state="won", version="6"), False, Seen("7", opportunity(state="won", value=8.0)), True)
    assert later == {"state": "won", "version": "7"}, "but then no more"
    again = following(item(state="won", version="7"), False, Seen("8", opportunity(value=9.0)), True)
    assert again is not None
    assert (again["state"], again["value"]) == ("open", 9.0)


def test_what_left_halo_stays_in_the_planner_and_comes_back() -> None:
    assert following(item(), False, None, True) == {"state": "gone"}
    assert following(item(), False, None, False) is None, "the new generation is not read yet"
    assert following(item(state="gone"), False, None, True) is None
    back = following(item(state="gone"), False, Seen("5", opportunity(state="won")), True)
    assert back is not None
    assert (back["state"], back["title"]) == ("won", "Firewall")


def test_a_detached_item_is_left_alone() -> None:
    for seen in (Seen("6", opportunity(summary="Other")), None):
        assert following(item(), True, seen, True) is None


def test_only_managed_fields_are_halos() -> None:
    assert set(managed(opportunity())) == {"title", "description", "due", "value"}
    assert [opportunity_of(subject) for subject in (subject_of_opportunity(9), "item/9")] == [9, None]


@dataclass
class World:
    """Halo, an admin, a person at the planner, and sync-crm's rounds, for one opportunity."""

    now: int = 1
    halo: dict[str, Any] | None = field(default_factory=lambda: opportunity(occurred=NOON - timedelta(days=1)))
    changed: int = 1
    auto: AutoImport = OFF
    choice: PlannerChoice = field(default_factory=choice)
    items: list[PlannerItem] = field(default_factory=list)
    kept: tuple[Any, ...] | None = None

    def do(self, event: str, number: int) -> None:
        self.now += 1
        match event:
            case "change":
                self._change(summary=f"Title {number}", value=float(number))
            case "end":
                self._change(state=("won", "lost", "closed", "open")[number % 4])
            case "leave":
                self.halo = None
            case "come":
                self.halo, self.changed = opportunity(occurred=NOON + timedelta(hours=number)), self.now
            case _:
                self.decide(event, number)

    def decide(self, event: str, number: int) -> None:
        match event:
            case "toggle":
                self.auto = OFF if self.auto.since else AutoImport(NOON + timedelta(hours=number), 0, frozenset())
            case "import":
                self.choice = self.choice.model_copy(update={"imported": True})
            case "detach" if self.items:
                self.choice = self.choice.model_copy(update={"detached": True})
                self.kept = self._halos_fields()
            case "attach":
                self.choice, self.kept = self.choice.model_copy(update={"detached": False}), None
            case "notes":
                self.choice = self.choice.model_copy(update={"notes": f"Mine {number}"})

    def _change(self, **fields: Any) -> None:
        if self.halo is not None:
            self.halo, self.changed = {**self.halo, **fields}, self.now

    def _halos_fields(self) -> tuple[Any, ...]:
        return tuple(self.items[0].model_dump(include={"title", "description", "due", "value", "state"}).items())

    def round(self) -> None:
        """What sync-crm does at a wake-up."""
        seen = Seen(f"{self.changed:04}", self.halo) if self.halo else None
        if seen and not self.items and why_new(seen.content, self.choice, self.auto, []):
            self.items.append(item(version=seen.changed, state=seen.content["state"], **managed(seen.content)))
        for place, held in enumerate(self.items):
            change = following(held, self.choice.detached, seen, True)
            if change is not None:
                self.items[place] = held.model_copy(update=change)


EVENTS = st.sampled_from(
    ["toggle", "change", "end", "leave", "come", "import", "detach", "attach", "notes", "round", "round"]
)


@given(st.lists(st.tuples(EVENTS, st.integers(0, 9)), max_size=40))
def test_whatever_happens_people_keep_their_own_and_there_is_one_item(events: list[tuple[str, int]]) -> None:
    world = World()
    for event, number in events:
        before, notes = world.choice, world.choice.notes
        world.round() if event == "round" else world.do(event, number)
        if event == "round":
            assert world.choice == before, "a round decides nothing"
            again = list(world.items)
            world.round()
            assert world.items == again, "a repeated wake-up changes nothing"
        assert event == "notes" or world.choice.notes == notes
        assert len(world.items) <= 1
        if world.choice.detached and world.kept is not None:
            assert world._halos_fields() == world.kept
        elif event == "round" and world.items and world.halo and world.halo["state"] == "open":
            assert world.items[0].title == world.halo["summary"], "a managed, open one is as Halo says"


@given(st.lists(st.tuples(EVENTS, st.integers(0, 9)), max_size=30))
def test_without_a_toggle_or_an_import_nothing_comes(events: list[tuple[str, int]]) -> None:
    world = World()
    for event, number in events:
        if event not in ("toggle", "import"):
            world.round() if event == "round" else world.do(event, number)
    assert world.items == []
