"""`halobus keys init`: what a first start needs, into folders that need not be there."""

from pathlib import Path

from typer.testing import CliRunner

from halobus.cli_keys import keys


def init(*folders: Path) -> None:
    done = CliRunner().invoke(keys, ["init", *map(str, folders)])
    assert done.exit_code == 0, done.output


def test_it_makes_the_folders_for_their_owner_alone_and_keeps_what_is_there(tmp_path: Path) -> None:
    connector, wizard = tmp_path / "new" / "connector", tmp_path / "new" / "wizard-api"
    init(connector, wizard)
    before = {path.name: path.read_text() for folder in (connector, wizard) for path in folder.iterdir()}
    assert set(before) == {"sealing-private-keys", "sealing-public-key", "jwt-secret", "session-key"}
    assert {path.stat().st_mode & 0o777 for path in (connector, wizard)} == {0o700}
    init(connector, wizard)
    assert {path.name: path.read_text() for folder in (connector, wizard) for path in folder.iterdir()} == before
