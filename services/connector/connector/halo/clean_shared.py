"""What tickets of every domain have alike: requests, opportunities and projects."""

from typing import Any

from connector.halo.clean import Row, own_id, pick, to_assigned, to_id, to_name, to_text, to_time


def shared(row: Row, offset_minutes: int) -> dict[str, Any]:
    """The fields that all three messages have; CleanError names the one that can't be read."""
    return {
        "id": own_id(row),
        "summary": to_text(row.get("summary"), "summary"),
        "details": to_text(row.get("details"), "details"),
        "status_id": to_id(row.get("status_id"), "status_id"),
        "site_id": to_id(row.get("site_id"), "site_id"),
        "type_id": to_id(pick(row, "tickettype_id", "type_id"), "tickettype_id"),
        "client_id": to_assigned(row.get("client_id"), "client_id"),
        "agent_id": to_assigned(row.get("agent_id"), "agent_id"),
        "team": to_name(row.get("team"), "team"),
        "occurred": to_time(row.get("dateoccurred"), "dateoccurred", offset_minutes),
        "closed": to_time(row.get("dateclosed"), "dateclosed", offset_minutes),
        "last_update": to_time(pick(row, "last_update", "lastupdate"), "last_update", offset_minutes),
    }
