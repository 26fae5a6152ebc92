"""Sign-in links: a token in a link's fragment, good for one session, whatever a browser's history keeps of it."""

from datetime import UTC, datetime, timedelta

from halobus.store import Database, DuplicateKeyError
from wizard_api.auth import LEEWAY, Principal, unauthenticated


async def use(database: Database, caller: Principal) -> None:
    """Note that the link was used; ProblemError 401 where it was before. Nothing for any other token."""
    if caller.once is None:
        return
    # Kept for as long as the token would verify: after that it is refused for its age.
    expires = datetime.fromtimestamp(caller.expires, UTC) + timedelta(seconds=LEEWAY)
    used = {"_id": f"{caller.tenant}:{caller.once}", "tenant": caller.tenant, "expires": expires}
    try:
        await database.used_links.insert_one(used)
    except DuplicateKeyError:
        raise unauthenticated("This sign-in link was used already: ask for a new one.") from None
