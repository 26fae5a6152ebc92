"""The simulator over real sockets: in this process, as a process, over HTTPS; and faults of the wire."""

from __future__ import annotations

import signal
import ssl
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

import halo_simulator
from halo_simulator import Running


async def token(http: httpx.AsyncClient, sim: Running) -> None:
    """Puts a token into the client."""
    form = {"grant_type": "client_credentials", "client_id": sim.client_id, "client_secret": sim.client_secret}
    answer = await http.post(f"{sim.url}/auth/token", data=form | {"scope": "read:tickets read:customers"})
    http.headers["authorization"] = f"Bearer {answer.json()['access_token']}"


async def test_faults_of_the_wire() -> None:
    async with halo_simulator.running() as sim, httpx.AsyncClient(timeout=5) as http:
        await token(http, sim)
        await sim.control.fault("reset_mid_body", path="/Client")
        with pytest.raises(httpx.RemoteProtocolError):
            await http.get(f"{sim.url}/api/Client")
        await sim.control.fault("hang", path="/Client")
        with pytest.raises(httpx.ReadTimeout):
            await http.get(f"{sim.url}/api/Client", timeout=0.1)
        await sim.control.fault("slow_drip", path="/Client", params={"seconds": 0.1, "pieces": 5})
        dripped = await http.get(f"{sim.url}/api/Client")
        assert dripped.json() == (await http.get(f"{sim.url}/api/Client")).json()


async def test_a_post_that_hangs_after_the_work_is_done() -> None:
    async with halo_simulator.running() as sim, httpx.AsyncClient(timeout=5) as http:
        form = {"grant_type": "client_credentials", "client_id": sim.client_id, "client_secret": sim.client_secret}
        answer = await http.post(f"{sim.url}/auth/token", data=form | {"scope": "edit:tickets"})
        http.headers["authorization"] = f"Bearer {answer.json()['access_token']}"
        await sim.control.fault("hang", method="POST", path="/Tickets", params={"when": "after"})
        with pytest.raises(httpx.ReadTimeout):
            await http.post(f"{sim.url}/api/Tickets", json=[{"summary": "Made it?"}], timeout=0.2)
        rows = [row async for row in sim.control.tickets()]
        assert rows[-1]["summary"] == "Made it?"


async def test_https_with_an_authority_of_its_own(tmp_path: Path) -> None:
    async with halo_simulator.running(tls_folder=tmp_path) as sim:
        trusted = ssl.create_default_context(cafile=str(sim.authority))
        async with httpx.AsyncClient(verify=trusted) as http:
            assert (await http.get(f"{sim.url}/api/authinfo")).json()["auth_url"] == f"{sim.url}/auth"
        async with httpx.AsyncClient() as http:
            with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
                await http.get(f"{sim.url}/api/authinfo")


async def test_a_process_of_its_own(tmp_path: Path) -> None:
    file = tmp_path / "halo.json"
    file.write_text('{"tenant": "fabrikam", "limit": 5}')
    arguments = ("--size", "small", "--seed", "9", "--config", str(file), "--set", "retry_after=true")
    async with halo_simulator.process(*arguments) as sim, httpx.AsyncClient() as http:
        config = await sim.control.config()
        assert (config["tenant"], config["limit"], config["retry_after"], config["seed"]) == ("fabrikam", 5, True, 9)
        assert (await http.get(f"{sim.url}/api/authinfo")).json()["tenant_id"] == "fabrikam"


def test_it_ends_when_its_starter_is_gone() -> None:
    command = [sys.executable, "-m", "halo_simulator", "--tied"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdin is not None
        assert child.stdout.readline(), "it is ready"
        child.stdin.close()  # as the system does for a starter that was killed
        try:
            assert child.wait(10) == -signal.SIGTERM
        finally:
            child.kill()


@pytest.mark.parametrize(
    ("setting", "said"), [("anchor=noon", "text takes quotes"), ("limits=1", "unknown key"), ("limit=[]", "limit")]
)
def test_a_setting_that_can_not_be_used_is_named(setting: str, said: str) -> None:
    command = [sys.executable, "-m", "halo_simulator", "--set", setting]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ended.returncode, said in ended.stderr, "Traceback" in ended.stderr) == (1, True, False), ended.stderr
