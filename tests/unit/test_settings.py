"""Settings: every mistake at once, in the names that the operator typed; secrets from files."""

from pathlib import Path

import pytest

from halobus.settings import EXIT_BAD_SETTINGS, Settings, load, unknown_variables


def test_all_mistakes_are_told_at_once_by_their_variables(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("KAFKA_BOOTSTRAP_SERVERS", raising=False)
    monkeypatch.setenv("HALOBUS_HTTP_PORT", "99999")
    monkeypatch.setenv("HALOBUS_KAFKA_SECURITY", "TLS")
    with pytest.raises(SystemExit) as exit:
        load(Settings)
    assert exit.value.code == EXIT_BAD_SETTINGS
    told = capsys.readouterr().err
    assert len(told.splitlines()) == 3
    for variable in ("KAFKA_BOOTSTRAP_SERVERS", "HALOBUS_HTTP_PORT", "HALOBUS_KAFKA_SECURITY"):
        assert f"halobus: setting {variable}: " in told


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
