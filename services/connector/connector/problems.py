"""What can be wrong besides Halo itself, in an admin's words and with the remedy (design: promise 9)."""

from dataclasses import dataclass

from connector.halo.errors import API_PAGE
from connector.halo.permissions import PERMISSIONS
from halobus.documents import Tenant
from halobus.runs import Problem
from halobus.seal import SealError
from halobus.streams import StreamName


def credential_changed() -> Problem:
    return Problem(
        kind="setup",
        title="The credentials were changed while they were tested",
        detail="The test was of an earlier entry.",
        remedy="Click Test Connection again.",
    )


def sealed(error: SealError) -> Problem:
    return Problem(
        kind="credentials",
        title="The stored secret can't be used",
        detail=str(error),
        remedy="Enter the Client Secret again and save.",
    )


def other_instance(tenant: Tenant) -> Problem:
    return Problem(
        kind="setup",
        title="This is another Halo instance than the one connected",
        detail=f"Connected is {tenant.instance}; its tickets, companies and mappings would not fit the new one.",
        remedy="Check Halo URL. To leave the connected instance for this one, confirm with *replace*: scopes, mappings "
        "and progress begin anew.",
    )


def of_stream(stream: StreamName, refusal: Problem) -> Problem:
    """A stream that Halo refuses, with the row of the guide's table that opens it. The lists go with the tickets."""
    opened = next((row.name for row in PERMISSIONS if stream in row.streams), None)
    row = opened or next(row.name for row in PERMISSIONS if StreamName.TICKETS in row.streams)
    return refusal.model_copy(
        update={
            "title": f"Halo does not allow reading {stream}: the permission {row} is missing",
            "detail": f"{refusal.title}. {refusal.detail}",
            "remedy": f"In {API_PAGE} open the application's Permissions, enable {row}, save, and test the connection "
            "again. If it is enabled, look at the role of the agent that the application logs in as.",
        }
    )


def not_connected() -> Problem:
    return Problem(
        kind="setup",
        title="Halo is not connected",
        detail="There is no credential that a connection test has found to work.",
        remedy="Enter Halo URL, Client ID and Client Secret, and click Test Connection.",
    )


def connection_left() -> Problem:
    return Problem(
        kind="setup",
        title="It was meant for another connection",
        detail="Since it was written, the connection to Halo was replaced. Nothing of the one before is written here.",
        remedy="Write it again if it is still wanted.",
    )


@dataclass(frozen=True)
class Words:
    """How a kind of write-back is spoken of: what it is, where in Halo it is seen, what to do if it is not there."""

    noun: str
    place: str
    again: str


def in_doubt(words: Words, cause: Problem | None = None) -> Problem:
    return Problem(
        kind="outage",
        title=f"It is not known whether Halo has the {words.noun}",
        detail=f"Halo did not say that it took it, and {words.place} doesn't tell: it is not sent again by itself."
        + (f" {cause.title}." if cause else ""),
        remedy=f"Look at {words.place} in Halo. If the {words.noun} is not there, {words.again}.",
        halo=cause.halo if cause else None,
        status=cause.status if cause else None,
    )


def never_arrived(words: Words, attempts: int) -> Problem:
    return Problem(
        kind="outage",
        title=f"Halo did not take the {words.noun}",
        detail=f"It was sent {attempts} times, and {words.place} in Halo does not show it.",
        remedy=f"Look at {words.place} in Halo, and {words.again} when Halo is well.",
    )


def not_allowed_to_write(refusal: Problem, permission: str) -> Problem:
    """A write that Halo forbids, with the row of the guide's table that allows it."""
    remedy = f"In {API_PAGE} open the application's Permissions, enable {permission}, save, and test again."
    return refusal.model_copy(update={"remedy": remedy})


def unreadable_command() -> Problem:
    return Problem(
        kind="internal",
        title="The connector could not read this command",
        detail="It lies with the dead letters of halo.commands. It may have been made by a newer version.",
        remedy="Ask for it again once connector and wizard-api run the same version.",
    )


def defect(error: Exception) -> Problem:
    return Problem(
        kind="internal",
        title="An error of Halobus itself",
        detail=f"{type(error).__name__}; the run's trace id leads to the log.",
        remedy="Start it again. If it fails again, send the trace id to support.",
    )
