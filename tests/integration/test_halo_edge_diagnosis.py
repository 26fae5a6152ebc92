"""Test Connection against a simulated Halo: each thing that can be wrong has its own title and remedy, within 10 s."""

import asyncio
import socket
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from connector.halo.address import AllowedHosts
from connector.halo.diagnosis import ConnectionTest, Verdict
from connector.halo.transport import GuardedTransport
from halo_simulator.running import Running, running
from halobus.runs import Finding, Problem
from halobus.streams import StreamName
from support.halo_edge import Instant, Spent, connection_test, credential

SECRET = "not-the-right-one-5f1b"


async def verdict_of(halo: Running, url: str | None = None, authority: Path | None = None, **changes: str) -> Verdict:
    """Test within the promised time."""
    async with asyncio.timeout(10):
        return await connection_test(url or halo.url, authority=authority).run(
            url or halo.url, credential(halo, **changes)
        )


def problem_of(verdict: Verdict) -> Problem:
    assert not verdict.diagnosis.connected
    assert verdict.endpoints is None
    problem = verdict.diagnosis.problem
    assert problem is not None
    assert problem.title
    assert problem.remedy
    return problem


def by_name(verdict: Verdict) -> Mapping[str, Finding]:
    return {one.name: one for one in verdict.diagnosis.findings}


async def test_a_good_connection_is_proved_by_reading_and_stays_cheap() -> None:
    async with running() as halo:
        spent = Spent()
        verdict = await connection_test(halo.url, spent).run(halo.url, credential(halo))
        requests = await halo.control.requests()
    found = by_name(verdict)
    assert verdict.diagnosis.connected
    assert verdict.diagnosis.problem is None
    assert verdict.diagnosis.agent == "MSPortal API"
    assert verdict.endpoints is not None
    assert verdict.endpoints.identity.key == "contoso/halo-simulator-1"
    assert verdict.endpoints.token_url == f"{halo.url}/auth/token?tenant=contoso"
    assert verdict.scopes[:2] == ("read:tickets", "edit:tickets")
    assert found["read:tickets"].state == "granted"
    assert found["read:tickets"].how == "a row of /Tickets was read"
    assert found["edit:tickets"].state == "granted"
    assert found["all"].state == "unknown"
    assert not found["all"].needed
    assert found["agent is API-only"].state == "ok"
    assert len([name for name in found if ":" in name or name in ("all", "admin")]) == 52
    assert len(requests) == len(spent.calls) <= 20
    assert all(spent.calls)
    assert {one["method"] for one in requests if "token" not in one["path"]} == {"GET"}


async def test_a_missing_permission_disables_its_stream_and_names_it() -> None:
    async with running() as halo:
        kept = [scope for scope in await permissions(halo) if scope != "read:customers"]
        await halo.control.application(halo.client_id, permissions=kept)
        verdict = await verdict_of(halo)
    found = by_name(verdict)["read:customers"]
    assert verdict.diagnosis.connected
    assert found.state == "missing"
    assert found.needed
    assert found.stream == StreamName.COMPANIES
    assert "companies can't be synced" in found.remedy
    assert "read:customers" not in verdict.scopes


async def test_many_missing_permissions_are_found_within_the_limit() -> None:
    async with running() as halo:
        kept = ["read:tickets", "read:customers", "read:assets"]
        await halo.control.application(halo.client_id, permissions=kept)
        spent = Spent()
        verdict = await connection_test(halo.url, spent).run(halo.url, credential(halo))
    found = by_name(verdict)
    assert verdict.diagnosis.connected
    assert {found[name].state for name in kept[:2]} == {"granted"}
    assert found["edit:tickets"].state == "missing"
    assert found["edit:tickets"].needed
    assert "comments can't be written" in found["edit:tickets"].remedy
    assert found["edit:crm"].state == "missing"
    assert not found["edit:crm"].needed
    assert found["read:sales"].stream == StreamName.OPPORTUNITIES
    assert len(spent.calls) <= 30


async def permissions(halo: Running) -> list[str]:
    answer = await halo.control.application(halo.client_id)
    return list(answer["permissions"])


async def test_wrong_secret() -> None:
    async with running() as halo:
        verdict = await verdict_of(halo, client_secret=SECRET)
    problem = problem_of(verdict)
    assert problem.kind == "credentials"
    assert problem.title == "Halo does not accept the Client ID or Client Secret"
    assert problem.halo == "invalid_client: The client id or secret is wrong."
    assert verdict.diagnosis.instance["tenant_id"] == "contoso"
    assert SECRET not in verdict.diagnosis.model_dump_json()


async def test_wrong_secret_with_status_400() -> None:
    async with running(invalid_client_status=400) as halo:
        assert problem_of(await verdict_of(halo, client_secret=SECRET)).kind == "credentials"


async def test_application_without_permissions() -> None:
    async with running() as halo:
        await halo.control.application(halo.client_id, permissions=[])
        problem = problem_of(await verdict_of(halo))
    assert (problem.kind, problem.title) == ("setup", "The application has no permissions in Halo")


async def test_wrong_login_type() -> None:
    async with running() as halo:
        await halo.control.application(halo.client_id, login_type="user")
        problem = problem_of(await verdict_of(halo))
    assert (problem.kind, problem.title) == ("setup", "The application does not log in as an agent")
    assert "Login Type" in problem.remedy


async def test_agent_without_teams_or_clients_is_connected_with_a_warning() -> None:
    async with running() as halo:
        await halo.control.agent(3, teams=[], clients=[])
        verdict = await verdict_of(halo)
    found = by_name(verdict)
    assert verdict.diagnosis.connected
    assert found["agent sees teams"].state == "warning"
    assert "sees no teams" in found["agent sees teams"].how
    assert "Teams & Agents" in found["agent sees teams"].remedy
    assert found["agent sees clients"].state == "warning"


async def test_a_persons_agent_is_a_warning() -> None:
    async with running() as halo:
        await halo.control.application(halo.client_id, agent_id=5)
        verdict = await verdict_of(halo)
    assert verdict.diagnosis.connected
    assert by_name(verdict)["agent is API-only"].state == "warning"


@pytest.mark.parametrize(
    ("config", "kind", "title"),
    [
        ({"authinfo": "html"}, "address", "This address does not answer as Halo's API"),
        ({"authinfo": "nonsense"}, "outage", "Halo's answer was incomplete"),
        ({"authinfo": "foreign_auth_url"}, "address", "Halo names an authorisation server of someone else"),
        ({"token_answer": "html"}, "address", "Halo's token address does not issue tokens"),
        ({"token_answer": "nonsense"}, "address", "Halo's token address does not issue tokens"),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else "",
)
async def test_a_halo_that_answers_wrongly(config: dict[str, Any], kind: str, title: str) -> None:
    async with running(**config) as halo:
        problem = problem_of(await verdict_of(halo))
    assert (problem.kind, problem.title) == (kind, title)


@pytest.mark.parametrize(
    ("config", "token_path", "key"),
    [
        ({"authinfo": "missing"}, "/auth/token", "halo-simulator-1"),
        ({"authinfo": "on_premises"}, "/auth/token", "halo-simulator-1"),
        ({"auth_path": ""}, "/token?tenant=contoso", "contoso/halo-simulator-1"),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else "",
)
async def test_every_style_of_discovery_leads_to_a_token(config: dict[str, Any], token_path: str, key: str) -> None:
    async with running(**config) as halo:
        verdict = await verdict_of(halo)
    assert verdict.diagnosis.connected
    assert verdict.endpoints is not None
    assert verdict.endpoints.token_url == halo.url + token_path
    assert verdict.endpoints.identity.key == key


async def test_host_that_does_not_exist() -> None:
    async with running() as halo:
        problem = problem_of(await verdict_of(halo, "https://no-such-halo.invalid"))
    assert (problem.kind, problem.title) == ("address", "Halo's host does not exist")


async def test_a_host_inside_of_the_network_is_not_called() -> None:
    async with running() as halo:
        test = ConnectionTest(AllowedHosts(), lambda: GuardedTransport(AllowedHosts()), Spent(), Instant())
        problem = problem_of(await test.run(halo.url.replace("http:", "https:"), credential(halo)))
        assert not await halo.control.requests()
    assert (problem.kind, problem.title) == ("address", "Halo URL leads into a private network")
    assert "HALOBUS_ALLOWED_HOSTS" in problem.remedy


async def test_nothing_listens() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
        async with running() as halo:
            problem = problem_of(await verdict_of(halo, url))
    assert problem.title == "Halo's host refuses the connection"


async def test_a_host_that_is_silent_is_told_of_in_time() -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    started = time.monotonic()
    async with running() as halo, server:
        problem = problem_of(await verdict_of(halo, url))
    assert problem.title == "Halo did not answer in time"
    assert time.monotonic() - started < 10


async def test_certificate_of_an_unknown_authority(tmp_path: Path) -> None:
    async with running(tmp_path) as halo:
        problem = problem_of(await verdict_of(halo))
    assert (problem.kind, problem.title) == ("address", "Halo's certificate is not valid")
    assert "unable to get local issuer certificate" in problem.detail


async def test_a_trusted_certificate_works_over_https(tmp_path: Path) -> None:
    async with running(tmp_path) as halo:
        verdict = await verdict_of(halo, authority=halo.authority)
    assert verdict.diagnosis.connected


async def test_plain_http_behind_https(tmp_path: Path) -> None:
    async with running() as halo:
        problem = problem_of(await verdict_of(halo, halo.url.replace("http:", "https:")))
    assert problem.title == "No secure connection to Halo's host"


async def test_no_secret_or_token_in_any_diagnosis() -> None:
    async with running() as halo:
        verdicts = [await verdict_of(halo)]
        await halo.control.application(halo.client_id, login_type="user")
        verdicts.append(await verdict_of(halo))
        tokens = await halo.control.tokens()
    text = "".join(one.diagnosis.model_dump_json() + repr(one) for one in verdicts)
    assert tokens
    assert not [secret for secret in (*tokens, halo.client_secret) if secret in text]
