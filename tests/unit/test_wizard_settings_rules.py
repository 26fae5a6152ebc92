"""What settings may say."""

import pytest

from halobus.decisions import Stage, SyncSettings, TicketSettings
from halobus.host_portal import PortalRole
from halobus.messages import ReferenceItem
from wizard_api.settings_rules import Known, check_sync, check_tickets, role_warnings, roles_in, unfit_for_comments

ROLES = {
    "viewer": PortalRole(tenant="acme", id="viewer", name="Viewer", kind="company"),
    "technician": PortalRole(tenant="acme", id="technician", name="Technician", kind="staff"),
    "owner": PortalRole(tenant="acme", id="owner", name="Owner", kind="company", primary_admin=True),
}
KNOWN = Known(teams={7: "Service Desk", 8: "Projects"}, statuses={1: "New", 9: "Closed", 5: "Updated"}, roles=ROLES)
TEAM = {"teams": [7]}


def fields(settings: dict[str, object], tickets: TicketSettings | None = None, known: Known = KNOWN) -> list[str]:
    """The fields that the sync settings are refused for."""
    verdict = check_sync(SyncSettings.model_validate(settings), tickets or TicketSettings(), known)
    return [field for field, _ in verdict.errors]


@pytest.mark.parametrize(
    ("settings", "refused"),
    [
        ({"tickets": True, "teams": []}, ["teams"]),
        ({"tickets": True, "teams": "all"}, []),
        ({"tickets": True, "teams": [7]}, []),
        ({"tickets": False, "teams": []}, []),
        ({"teams": [7, 99]}, ["teams"]),
        ({**TEAM, "excluded_statuses": [1, 77]}, ["excluded_statuses"]),
        ({**TEAM, "auto_import": True}, ["default_role"]),
        ({**TEAM, "auto_import": True, "users": False}, ["default_role"]),
        ({**TEAM, "auto_import": True, "default_role": "viewer"}, []),
        ({**TEAM, "auto_import": True, "default_role": "viewer", "users": False}, []),
        ({**TEAM, "default_role": "technician"}, ["default_role"]),
        ({**TEAM, "default_role": "owner"}, ["default_role"]),
        ({**TEAM, "default_role": "nobody"}, ["default_role"]),
        ({**TEAM, "contact_type_roles": {"Billing": "viewer", "IT": "technician"}}, ["contact_type_roles.IT"]),
    ],
)
def test_sync_settings(settings: dict[str, object], refused: list[str]) -> None:
    assert fields(settings) == refused


def test_auto_import_with_sync_users_off_is_saved_and_told_to_wait() -> None:
    new = SyncSettings(teams=[7], users=False, auto_import=True, default_role="viewer")
    verdict = check_sync(new, TicketSettings(), KNOWN)
    assert verdict.errors == []
    assert any("Sync Users is off" in line for line in verdict.warnings)
    assert not any("waits" in line for line in role_warnings(new.model_copy(update={"users": True}), KNOWN))


def test_a_role_that_was_deleted_since_is_told_of_and_holds_up_no_other_change() -> None:
    held = SyncSettings(teams=[7], auto_import=True, default_role="gone", contact_type_roles={"IT": "viewer"})
    known = Known(roles=ROLES, kept=roles_in(held))
    verdict = check_sync(held.model_copy(update={"teams": [8]}), TicketSettings(), known)
    assert verdict.errors == []
    assert [line for line in verdict.warnings if "“gone”" in line and "default_role" in line]
    assert "“gone”" in role_warnings(held, known)[0]
    assert fields({**TEAM, "default_role": "gone"}) == ["default_role"], "but nobody chooses it anew"


def test_without_any_role_of_the_portal_none_can_be_chosen_and_it_is_said_why() -> None:
    verdict = check_sync(SyncSettings(teams=[7], default_role="viewer"), TicketSettings(), Known())
    [(field, message)] = verdict.errors
    assert (field, "provides no roles" in message) == ("default_role", True)


def test_unknown_ids_are_named_and_pass_while_the_list_was_never_read() -> None:
    verdict = check_sync(SyncSettings(teams=[7, 99, 98]), TicketSettings(), KNOWN)
    assert "98, 99" in verdict.errors[0][1]
    assert fields({"teams": [99]}, known=Known()) == []


def test_the_client_comment_status_can_not_be_excluded_from_either_side() -> None:
    tickets = TicketSettings(client_comment_status=5)
    assert fields({**TEAM, "excluded_statuses": [5]}, tickets) == ["excluded_statuses"]
    verdict = check_tickets(tickets, SyncSettings(teams=[7], excluded_statuses=[5]), KNOWN)
    assert [field for field, _ in verdict.errors] == ["client_comment_status"]
    assert "Updated" in verdict.errors[0][1]


def test_an_excluded_status_that_is_used_is_a_warning() -> None:
    tickets = TicketSettings(closed_statuses=[9], stages={Stage.RESOLVED: [9]})
    verdict = check_sync(SyncSettings(teams=[7], excluded_statuses=[9]), tickets, KNOWN)
    assert verdict.errors == []
    assert "“Closed”" in verdict.warnings[0]
    assert "resolved and listed as closed" in verdict.warnings[0]


def test_ticket_settings_name_the_field_of_an_unknown_status() -> None:
    new = TicketSettings(closed_statuses=[90], client_comment_status=91, stages={Stage.NEW: [92], Stage.WAITING: [1]})
    verdict = check_tickets(new, SyncSettings(teams=[7]), KNOWN)
    assert [field for field, _ in verdict.errors] == ["closed_statuses", "stages.new", "client_comment_status"]


@pytest.mark.parametrize(
    ("attributes", "inactive", "fit"),
    [
        ({"hidden_from_user": False, "system": False}, False, True),
        ({"hidden_from_user": True}, False, False),
        ({"system": True}, False, False),
        ({}, True, False),
    ],
)
def test_a_comment_needs_an_outcome_that_clients_see(attributes: dict[str, bool], inactive: bool, fit: bool) -> None:
    item = ReferenceItem(id=4, name="Portal Comment", inactive=inactive, attributes=attributes)
    known = Known(outcomes={4: unfit_for_comments(item)})
    errors = check_tickets(TicketSettings(comment_outcome=4), SyncSettings(teams="all"), known).errors
    assert [field for field, _ in errors] == ([] if fit else ["comment_outcome"])
    assert check_tickets(TicketSettings(comment_outcome=5), SyncSettings(teams="all"), known).errors
