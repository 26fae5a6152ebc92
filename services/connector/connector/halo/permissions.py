"""The guide's permission table: what an application should and should not be allowed, and what each row is for."""

from dataclasses import dataclass

from halobus.streams import StreamName


@dataclass(frozen=True)
class Permission:
    """``enabled``: what the guide says. ``stream``: what stops without it, and ``also`` what else.

    ``probe``: a list that only it opens. ``writes``: what can't be written without it.
    """

    name: str
    enabled: bool
    stream: StreamName | None = None
    probe: str | None = None
    also: tuple[StreamName, ...] = ()
    writes: str = ""

    @property
    def streams(self) -> tuple[StreamName, ...]:
        """All that stops without it."""
        return (*self.also, self.stream) if self.stream else self.also

    @property
    def needed(self) -> bool:
        """Whether anything that Halobus does depends on it."""
        return self.stream is not None or bool(self.writes)


_OFF = """
    all all:standard admin all:teams admin:webhooks edit:customers edit:contracts read:suppliers edit:suppliers
    edit:items edit:quotes read:sos edit:sos read:pos edit:pos read:reporting edit:reporting editMine:timesheets
    edit:timesheets edit:softwarelicensing read:software edit:software read:kb edit:kb read:distributionlists
    edit:distributionlists read:mailcampaign edit:mailcampaign access:chat access:adpasswordreset read:events
    edit:events
"""
_ON = (
    Permission("read:tickets", True, StreamName.TICKETS, "Tickets"),
    Permission("edit:tickets", True, writes="comments"),
    Permission("read:calendar", True),
    Permission("edit:calendar", True),
    Permission("read:customers", True, StreamName.COMPANIES, "Client", also=(StreamName.CONTACTS,)),
    Permission("read:crm", True),
    Permission("edit:crm", True),
    Permission("read:contracts", True),
    Permission("read:items", True),
    Permission("read:projects", True, StreamName.PROJECTS, "Projects"),
    Permission("edit:projects", True),
    Permission("read:sales", True, StreamName.OPPORTUNITIES, "Opportunities"),
    Permission("edit:sales", True, writes="opportunities"),
    Permission("read:quotes", True),
    Permission("read:invoices", True),
    Permission("edit:invoices", True),
    Permission("read:timesheets", True),
    Permission("read:softwarelicensing", True),
    Permission("read:assets", True, StreamName.ASSETS, "Asset"),
    Permission("edit:assets", True),
)
PERMISSIONS: tuple[Permission, ...] = (*_ON, *(Permission(name, False) for name in _OFF.split()))
"""All 52 rows: first those that the guide enables, in the order in which they are asked for."""
