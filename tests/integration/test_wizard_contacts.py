"""Contacts as the portal shows them: found by company, state, name and address, counted by what is wrong with them."""

from support.answers import ids
from support.portal import Portal

CONTACTS = "/api/v1/contacts"


async def filled(portal: Portal) -> str:
    """A tenant with five contacts of two companies, and two that the portal does not show."""
    tenant = await portal.connected()
    for id, client, name, email, problem in (
        (1, 5, "Wayne", "accounts@holding.example", None),
        (2, 5, "Ada", "ada@acme.example", None),
        (3, 6, "Wayne", "accounts@holding.example", None),
        (4, 6, "Zoë (left)", None, "blank"),
        (5, 6, "Bo", None, "invalid"),
    ):
        content = {"id": id, "client_id": client, "name": name, "email": email, "email_problem": problem}
        await portal.mirror(tenant, "contacts", id, {**content, "inactive": id == 4})
    await portal.mirror(tenant, "contacts", 6, None, state="scope", reason="agent")
    await portal.mirror(tenant, "contacts", 7, None, state="gone", reason="not_visible")
    return tenant


async def test_contacts_by_name_company_state_and_address(portal: Portal) -> None:
    tenant = await filled(portal)
    async with portal.client(tenant) as client:
        for limit in (1, 2, 100):
            assert await ids(client, CONTACTS, limit=limit) == [2, 5, 1, 3, 4]
        assert await ids(client, CONTACTS, client_id=6) == [5, 3, 4]
        assert await ids(client, CONTACTS, inactive=False, client_id=6) == [5, 3]
        assert await ids(client, CONTACTS, search="(LEFT") == [4]
        assert await ids(client, CONTACTS, search="@Holding") == [1, 3]
        shown = (await client.get(f"{CONTACTS}/5")).json()
        assert (shown["name"], shown["email"], shown["email_problem"]) == ("Bo", None, "invalid")
        assert [(await client.get(f"{CONTACTS}/{id}")).status_code for id in (6, 7, 99)] == [404, 404, 404]


async def test_what_is_wrong_with_the_addresses_is_counted(portal: Portal) -> None:
    tenant = await filled(portal)
    async with portal.client(tenant) as client:
        told = (await client.get(f"{CONTACTS}/summary")).json()
    assert told == {
        "total": 5, "active": 4, "inactive": 1, "blank": 1, "invalid": 1,
        "shared": 2, "shared_addresses": 1, "across_companies": 1,
    }  # fmt: skip
    async with portal.client(await portal.connected()) as client:
        assert set((await client.get(f"{CONTACTS}/summary")).json().values()) == {0}


async def test_a_clients_user_sees_no_contacts_and_support_counts_alone(portal: Portal) -> None:
    tenant = await filled(portal)
    async with portal.client(tenant, companies=[5]) as client:
        for path in (CONTACTS, f"{CONTACTS}/1", f"{CONTACTS}/summary"):
            assert (await client.get(path)).status_code == 403
    for permission, seen in (("support:read", 403), ("users:manage", 200), ("integrations:read", 200)):
        async with portal.client(tenant, permissions=[permission]) as client:
            assert (await client.get(CONTACTS)).status_code == seen
            assert (await client.get(f"{CONTACTS}/summary")).status_code == 200


async def test_while_sync_users_is_off_it_says_since_when(portal: Portal) -> None:
    tenant = await portal.connected(users=False)
    async with portal.client(tenant) as client:
        assert (await client.get(CONTACTS)).json()["not_synced_since"] is None, "it never was"
        card = (await client.get("/api/v1/integrations/halo")).json()
    assert {each["stream"]: each["enabled"] for each in card["streams"]}["contacts"] is False
