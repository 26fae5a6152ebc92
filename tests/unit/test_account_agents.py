"""Import Users: which agents get an account, with which role, and whose it is where a contact has the same address."""

from support.worlds import agent, contact, model, nonzero, tally, user


def test_agents_are_imported_with_the_role_of_their_batch_or_refused() -> None:
    listed = [
        agent(5, "Five@msp.example"), agent(6, None), agent(7, "7@msp.example", inactive=True),
        agent(8, "8@msp.example", is_api_agent=True), agent(9, "u@msp.example"), agent(10, "none"), agent(11, None),
    ]  # fmt: skip
    it = model(
        agents={int(each.id): each for each in listed}, users=[user("u1", "u@msp.example", staff=True)], completed=False
    )
    for each in (5, 6, 7, 8, 9, 10, 99):
        it.choose(f"agent/{each}", role="tech", batch="B")
    it.choose("agent/11", role="tech", batch="B", email="typed@msp.example")
    it.converge()
    assert nonzero(tally(it, "B").counted()) == {
        "total": 8, "created": 2, "linked": 1, "refused": 3, "without_email": 1, "invalid_email": 1
    }  # fmt: skip
    made = {email: (each.kind, each.made, each.role, each.agent) for email, each in it.accounts.items()}
    assert made == {
        "five@msp.example": ("agent", True, "tech", 5),
        "typed@msp.example": ("agent", True, "tech", 11),
        "u@msp.example": ("agent", False, None, 9),
    }
    it.change(agents={})
    it.converge()
    assert {each.state for each in it.accounts.values()} == {"active"}, "an agent who left is the MSP's own matter"


def test_an_agent_is_linked_to_the_user_whom_a_person_chose() -> None:
    it = model(agents={5: agent(5, "five@msp.example")}, users=[user("u1", "other@msp.example", staff=True)])
    it.choose("agent/5", portal_user="u1")
    it.converge()
    [linked] = it.accounts.values()
    assert (linked.email, linked.portal_user, linked.made, linked.agent) == ("other@msp.example", "u1", False, 5)
    it.change(agents={})
    assert it.converge() == 0, "a link outlasts the agent"
    it.choose("agent/5")
    it.converge()
    assert it.accounts["other@msp.example"].agent is None


def test_a_batch_whose_role_is_missing_stops_and_without_agents_waits() -> None:
    it = model()
    it.choose("agent/5", role="deleted", batch="B")
    waiting = tally(it, "B").hold
    it.change(agents={5: agent(5, "five@msp.example")})
    stopped = tally(it, "B").hold
    assert waiting is not None
    assert stopped is not None
    assert (waiting.state, stopped.state) == ("waiting", "stopped")
    assert it.converge() == 0


def test_an_agents_account_is_offered_to_a_contact_of_that_address() -> None:
    it = model(agents={5: agent(5, "five@msp.example")})
    it.choose("agent/5", role="tech", batch="B")
    it.contact(contact(1, "five@msp.example"))
    it.converge()
    it.portal_listens()
    [made] = it.accounts.values()
    assert (made.kind, made.role, made.contacts) == ("agent", "tech", [])
    assert nonzero(tally(it).counted()) == {"total": 1, "offered": 1}
    it.gone(1)
    assert it.converge() == 0
