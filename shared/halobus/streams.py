"""The streams of a connection: what is read from Halo, over which topic it goes, and who stores it."""

from dataclasses import dataclass
from enum import StrEnum

from halobus import topics


class StreamName(StrEnum):
    """Names as they stand in runs, settings and the HTTP API."""

    REFERENCE = "reference"
    COMPANIES = "companies"
    CONTACTS = "contacts"
    TICKETS = "tickets"
    COMMENTS = "comments"
    OPPORTUNITIES = "opportunities"
    PROJECTS = "projects"
    ASSETS = "assets"


@dataclass(frozen=True)
class Stream:
    """``collection`` holds its mirrors, written by ``owner`` alone, which is also the consumer group."""

    name: StreamName
    topic: topics.Topic
    collection: str
    owner: str

    @property
    def rejects(self) -> str:
        """The owner's collection of last rejects by id."""
        return f"{self.owner.replace('-', '_')}_rejects"


STREAMS: dict[StreamName, Stream] = {
    stream.name: stream
    for stream in (
        Stream(StreamName.REFERENCE, topics.REFERENCE, "reference", "importer"),
        Stream(StreamName.COMPANIES, topics.COMPANIES, "companies", "sync-crm"),
        Stream(StreamName.CONTACTS, topics.CONTACTS, "contacts", "sync-crm"),
        Stream(StreamName.TICKETS, topics.TICKETS, "tickets", "sync-ticket"),
        Stream(StreamName.COMMENTS, topics.ACTIONS, "comments", "sync-ticket"),
        Stream(StreamName.OPPORTUNITIES, topics.OPPORTUNITIES, "opportunities", "sync-crm"),
        Stream(StreamName.PROJECTS, topics.PROJECTS, "projects", "sync-crm"),
        Stream(StreamName.ASSETS, topics.ASSETS, "assets", "importer"),
    )
}
BY_TOPIC: dict[str, Stream] = {stream.topic.name: stream for stream in STREAMS.values()}
