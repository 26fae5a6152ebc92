"""The documents of user accounts: what people decide (wizard-api) and what the importer makes of it.

The host portal owns its users; Halobus asks for one with the fact ``user.created`` under a reserved id, and keeps in
``accounts`` what it asked for. E-mail addresses are in small letters.
"""

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from halobus.runs import Part, Problem


class AccountChoice(Part):
    """``account_choices``: a person's decision on one subject, by ``{tenant}:{connection}:{subject}``.

    ``contact/{id}``: linked to ``portal_user``. ``agent/{id}``: imported with ``email``, ``name`` and ``role`` as
    a part of ``batch``, or linked to ``portal_user``. ``account/{email}``: its ``role``. ``company/{id}``: the ``role``
    of the contacts that are imported for this Halo client.
    """

    tenant: str
    connection: str
    subject: str
    portal_user: str | None = None
    email: str | None = None
    name: str | None = None
    role: str | None = None
    batch: str | None = None
    by: str
    at: datetime


class AccountFact(Part):
    """A fact of an account or an import: stored with the state it tells of, then announced, then marked."""

    id: str
    type: str
    at: datetime
    data: dict[str, Any] = Field(default_factory=dict)
    announced: bool = False


class Account(Part):
    """``accounts``, by ``{tenant}:{connection}:{email}``: an account that exists because of Halo, or is linked to it.

    ``made``: the portal was asked to create ``portal_user``; else that user was there before and is never changed.
    ``state``: *offered* waits for a person, since the address belongs to one of the staff. ``contacts``, ``companies``:
    Halo's ids whose account it is. ``role_from``: which rule gave the role when the account was made. ``decided``:
    when a person decided on the role that was told last. ``made_for``: the subject (``contact/5``, ``agent/7``) that it
    was made for, or the connection before this one that made it (``connection/c1``); ``brought``: by which event each
    subject came to it. ``found_inactive``: a person had switched the portal's user off before it was suspended here, so
    that it is not switched on again. ``revision``: of writes.
    """

    tenant: str
    connection: str
    email: str
    name: str
    portal_user: str | None = None
    made: bool = False
    kind: Literal["contact", "agent"] = "contact"
    state: Literal["active", "suspended", "offered"] = "active"
    contacts: list[int] = Field(default_factory=list)
    companies: list[int] = Field(default_factory=list)
    agent: int | None = None
    role: str | None = None
    role_from: Literal["company", "contact-type", "default", "batch", "person", "portal"] | None = None
    decided: datetime | None = None
    made_for: str | None = None
    brought: dict[str, str] = Field(default_factory=dict)
    found_inactive: bool = False
    revision: int = 0
    created: datetime
    changed: datetime
    facts: list[AccountFact] = Field(default_factory=list)


class Outcomes(Part):
    """How many contacts, or agents, an import has made what of; none of them is counted twice.

    ``created``: a new account. ``linked``: an account that is there, under the same address. ``already``: they had
    theirs. ``offered``: the address is one of the MSP's staff. The others can't become accounts.
    """

    created: int = 0
    linked: int = 0
    already: int = 0
    offered: int = 0
    without_email: int = 0
    invalid_email: int = 0
    inactive: int = 0


class Import(Outcomes):
    """``imports``, by ``{tenant}:{connection}:{event}``: how far an import is and what became of it.

    ``event``: the id that ``POST /companies/import`` or ``/users/import`` answered with, or ``auto`` for what the
    syncs bring by themselves. ``total`` is the sum of the outcomes and ``refused`` once it is *done*; counted in
    contacts, or agents. *waiting* and *stopped* say why in ``problem``.
    """

    tenant: str
    connection: str
    event: str
    kind: Literal["contacts", "agents"]
    state: Literal["running", "done", "waiting", "stopped"] = "running"
    total: int = 0
    done: int = 0
    refused: int = 0
    problem: Problem | None = None
    started: datetime
    finished: datetime | None = None
    facts: list[AccountFact] = Field(default_factory=list)
