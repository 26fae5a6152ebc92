"""How the control plane of a test is started: commands and access, on 127.0.0.1 alone."""

import subprocess
from pathlib import Path

import yaml

SIGNING_KEY, ACCESS, TOKENS = "accounts.key", "kubeconfig", "tokens.csv"
FOLLOWERS = ("kube-controller-manager", "kube-scheduler")


def write_access(folder: Path, server: str, token: str) -> Path:
    """The administrator's kubeconfig, its token for the API server, and the key that signs service accounts' tokens."""
    config = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "test", "cluster": {"server": server, "insecure-skip-tls-verify": True}}],
        "users": [{"name": "admin", "user": {"token": token}}],
        "contexts": [{"name": "test", "context": {"cluster": "test", "user": "admin"}}],
        "current-context": "test",
    }
    (folder / ACCESS).write_text(yaml.safe_dump(config))
    (folder / ACCESS).chmod(0o600)
    (folder / TOKENS).write_text(f"{token},admin,1,system:masters\n")
    key = ["openssl", "genrsa", "-out", str(folder / SIGNING_KEY), "2048"]
    subprocess.run(key, check=True, capture_output=True)
    return folder / ACCESS


def etcd_command(folder: Path, client: int, peer: int) -> list[str]:
    """One member, on these ports."""
    here, there = f"http://127.0.0.1:{client}", f"http://127.0.0.1:{peer}"
    return [
        "etcd",
        f"--data-dir={folder / 'etcd'}",
        f"--listen-client-urls={here}",
        f"--advertise-client-urls={here}",
        f"--listen-peer-urls={there}",
        f"--initial-advertise-peer-urls={there}",
        f"--initial-cluster=default={there}",
    ]


def api_server_command(folder: Path, etcd: int, port: int) -> list[str]:
    """With the admission that it has by itself, Pod Security's among it."""
    return [
        "kube-apiserver",
        f"--etcd-servers=http://127.0.0.1:{etcd}",
        "--bind-address=127.0.0.1",
        f"--secure-port={port}",
        f"--cert-dir={folder / 'certificates'}",
        "--endpoint-reconciler-type=none",
        "--service-cluster-ip-range=10.96.0.0/16",
        "--service-account-issuer=https://kubernetes.default.svc",
        f"--service-account-key-file={folder / SIGNING_KEY}",
        f"--service-account-signing-key-file={folder / SIGNING_KEY}",
        f"--token-auth-file={folder / TOKENS}",
        "--authorization-mode=RBAC",
    ]


def follower_command(folder: Path, name: str) -> list[str]:
    """The scheduler or the controllers; these don't mind that no node sends a heartbeat."""
    command = [name, f"--kubeconfig={folder / ACCESS}", "--leader-elect=false", "--secure-port=0"]
    if name == "kube-controller-manager":
        key = f"--service-account-private-key-file={folder / SIGNING_KEY}"
        return [*command, key, "--node-monitor-grace-period=24h"]
    return command
