"""Settings: every mistake at once, in the names that the operator typed; secrets from files."""

from pathlib import Path

import pytest

from halobus.settings import EXIT_BAD_SETTINGS, Settings, load, unknown_variables
from wizard_api.configuration import WizardSettings


def test_all_mistakes_are_told_at_once_by_their_variables(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("KAFKA_BOOTSTRAP_SERVERS", raising=False)
    monkeypatch.setenv("HALOBUS_HTTP_PORT", "99999")
    monkeypatch.setenv("HALOBUS_KAFKA_SECURITY", "TLS")
    monkeypatch.setenv("HALOBUS_MONGO_URI_FILE", "/run/secrets/mongodb")  # the one that is missing, mistyped
    with pytest.raises(SystemExit) as exit:
        load(Settings)
    assert exit.value.code == EXIT_BAD_SETTINGS
    told = capsys.readouterr().err
    assert len(told.splitlines()) == 5
    assert "HALOBUS_MONGO_URI_FILE: is no setting of this process" in told
    for variable in ("KAFKA_BOOTSTRAP_SERVERS", "MONGODB_URI_FILE", "HALOBUS_HTTP_PORT", "HALOBUS_KAFKA_SECURITY"):
        assert f"halobus: setting {variable}: " in told


def test_what_only_makes_sense_together_is_told_beside_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.delenv("KAFKA_BOOTSTRAP_SERVERS", raising=False)
    monkeypatch.setenv("MONGODB_URI_FILE", str(tmp_path / "missing"))
    monkeypatch.setenv("HALOBUS_SESSION_KEY", "short")
    with pytest.raises(SystemExit):
        load(WizardSettings)
    told = capsys.readouterr().err
    for part in (
        "KAFKA_BOOTSTRAP_SERVERS: Field required",
        "MONGODB_URI_FILE: ",
        "missing can't be read: No such file or directory",
        "HALOBUS_SEALING_PUBLIC_KEY (or _FILE) is no key",
        "set either HALOBUS_JWT_SECRET (or _FILE) or HALOBUS_JWKS_URL",
        "HALOBUS_JWT_ISSUER: Field required",
        "HALOBUS_SESSION_KEY is too short",
    ):
        assert part in told, told


def test_a_secret_file_wins_and_is_read_again(tmp_path: Path) -> None:
    file = tmp_path / "uri"
    file.write_text("mongodb://first\n")
    settings = Settings(kafka_bootstrap_servers="k", mongodb_uri="mongodb://value", mongodb_uri_file=file)
    assert settings.mongodb_address() == "mongodb://first"
    file.write_text("mongodb://second\n")
    assert settings.mongodb_address() == "mongodb://second"
    assert "mongodb://value" not in repr(settings)


def test_a_variable_that_nobody_knows_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HALOBUS_HTPP_PORT", "1")
    assert "HALOBUS_HTPP_PORT" in unknown_variables(Settings)
    assert "HALOBUS_HTTP_PORT" not in unknown_variables(Settings)
