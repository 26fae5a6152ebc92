"""The account of an agent or a contact as it is shown: what was decided, and what the importer has made of it."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from halobus.accounts import Account, AccountChoice


class AccountLink(BaseModel):
    """*importing*: decided, not done yet. *offered*: the address belongs to one of the MSP's staff; a person decides.

    ``portal_user``: the id in the portal, null while importing. ``made``: for this, or linked to a user that was there.
    ``by``, ``at``: whose decision it is and when; null where nobody decided.
    """

    state: Literal["importing", "linked", "suspended", "offered"]
    portal_user: str | None
    email: str | None
    made: bool
    by: str | None
    at: datetime | None


def link_of(choice: AccountChoice | None, account: Account | None) -> AccountLink | None:
    """The link that a decision and an account come to; None where there is neither."""
    if choice is not None and choice.portal_user is not None:
        return _decided(choice, "linked", choice.portal_user, made=False)
    if account is not None:
        state = {"active": "linked", "suspended": "suspended", "offered": "offered"}[account.state]
        return AccountLink.model_validate(
            {
                "state": state,
                "portal_user": account.portal_user,
                "email": account.email,
                "made": account.made,
                "by": choice.by if choice else None,
                "at": choice.at if choice else None,
            }
        )
    return _decided(choice, "importing", None, made=True) if choice is not None else None


def _decided(
    choice: AccountChoice, state: Literal["importing", "linked"], portal_user: str | None, made: bool
) -> AccountLink:
    return AccountLink(state=state, portal_user=portal_user, email=choice.email, made=made, by=choice.by, at=choice.at)
