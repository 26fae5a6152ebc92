"""The image and the Compose file, with the main job run in them. Needs a container engine: ``make test-containers``."""

import json
import subprocess
import time
from collections.abc import AsyncIterator, Iterator

import httpx
import jwt
import pytest

from containers.composed import CHECKOUT, Composed, composed, engine_problem
from halo_simulator import CLIENT_ID, CLIENT_SECRET
from halo_simulator.control import Control
from support.system import ALL, Portal
from support.truth import should_show

SERVICES = ("connector", "sync-ticket", "sync-crm", "importer", "wizard-api")
MEBIBYTE = 1024 * 1024
SIGN_IN = CHECKOUT / "deploy" / "compose" / "sign_in.py"


@pytest.fixture(scope="module")
def stack() -> Iterator[Composed]:
    if problem := engine_problem():
        pytest.fail(f"halobus: no containers here: {problem}", pytrace=False)
    with composed() as it:
        yield it


@pytest.fixture
async def portal(stack: Composed) -> AsyncIterator[Portal]:
    """An admin whose token is signed with the secret that the first start made."""
    secret = stack.inside("wizard-api", "cat", "/keys/wizard-api/jwt-secret").strip()
    claims = {"sub": "ada", "tenant": "acme", "permissions": list(ALL), "iss": "portal", "aud": "halobus"}
    bearer = jwt.encode({**claims, "exp": int(time.time()) + 600}, secret, "HS256")
    base = f"http://127.0.0.1:{stack.ports['HALOBUS_PORT']}"
    async with httpx.AsyncClient(
        base_url=base, headers={"authorization": f"Bearer {bearer}"}, timeout=60, trust_env=False
    ) as http:
        yield Portal(http)


async def test_the_main_job_runs_in_containers(stack: Composed, portal: Portal) -> None:
    tested = await portal.connect("http://halo:8080", CLIENT_ID, CLIENT_SECRET)
    assert tested["diagnosis"]["connected"], tested
    await portal.settings("sync", teams="all")
    run = await portal.applied(await portal.sync("resync"), 240)
    assert not [read for read in run["reads"] if read["listed"] != sum(read["sums"].values())]
    async with Control(f"http://127.0.0.1:{stack.ports['HALO_PORT']}") as halo:
        wanted = await should_show(halo)
    card = await portal.call("GET", "/integrations/halo")
    shown = {stream["stream"]: stream["documents"] for stream in card["streams"]}
    assert shown["tickets"] == len(wanted) > 100


async def test_the_image_carries_the_wizards_page(stack: Composed, portal: Portal) -> None:
    page = await portal.http.get("/", headers={"accept": "text/html"})
    assert page.status_code == 200
    assert '<script type="module"' in page.text


def test_the_operators_commands_run_in_a_service(stack: Composed) -> None:
    assert '"sync-ticket"' in stack.inside("sync-ticket", "python", "-m", "halobus", "lag")


def test_the_operators_commands_have_a_service_of_their_own(stack: Composed) -> None:
    [key] = json.loads(stack.compose("run", "--rm", "-T", "halobus", "keys", "status"))
    assert key["verdict"] == "the newest: keep"
    bundle = json.loads(stack.compose("run", "--rm", "-T", "halobus", "support-bundle", "/dev/stdout"))
    assert {part["part"] for part in bundle["doctor"]} >= {"kafka", "mongodb", "sealing keys"}


async def test_the_printed_link_signs_an_admin_in_once(stack: Composed, portal: Portal) -> None:
    address = stack.inside("wizard-api", "python", "-c", SIGN_IN.read_text())
    bearer = {"authorization": f"Bearer {address.strip().split('#sign-in=')[1]}"}
    first = await portal.http.post("/api/v1/session", headers=bearer)
    assert first.status_code == 201, first.text
    assert (await portal.http.post("/api/v1/session", headers=bearer)).status_code == 401


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_can_do_no_more_than_it_needs(stack: Composed, service: str) -> None:
    assert stack.inside(service, "id", "-u").strip() == "10001"
    host = stack.inspected(service)["HostConfig"]
    assert isinstance(host, dict)
    assert host["ReadonlyRootfs"] is True
    assert host["CapDrop"] == ["ALL"]
    for compiler in ("gcc", "cc", "make"):
        with pytest.raises(AssertionError):
            stack.inside(service, "sh", "-c", f"command -v {compiler}")


def test_only_the_connector_can_open_a_secret(stack: Composed) -> None:
    assert stack.inside("connector", "ls", "/keys/connector").strip() == "sealing-private-keys"
    for service in SERVICES[1:]:
        with pytest.raises(AssertionError):
            stack.inside(service, "cat", "/keys/connector/sealing-private-keys")


def test_the_image_is_small(stack: Composed) -> None:
    def size(image: str) -> int:
        return int(subprocess.check_output(["docker", "image", "inspect", "--format", "{{.Size}}", image]))

    assert size("halobus:dev") - size("python:3.13-slim") < 250 * MEBIBYTE


def test_a_service_ends_with_0(stack: Composed) -> None:
    stack.compose("stop", "sync-crm")
    state = stack.inspected("sync-crm")["State"]
    assert isinstance(state, dict)
    assert state["ExitCode"] == 0
    stack.compose("start", "sync-crm")


def test_bad_settings_are_named_at_once(stack: Composed) -> None:
    done = subprocess.run(["docker", "run", "--rm", "halobus:dev", "wizard_api"], capture_output=True, text=True)
    assert done.returncode == 78
    for variable in ("KAFKA_BOOTSTRAP_SERVERS", "HALOBUS_JWT_ISSUER", "HALOBUS_JWT_AUDIENCE"):
        assert variable in done.stderr
