"""docs/settings.md is the code's own, and says of every setting what it is."""

import pytest

from halobus.settings import Settings, variable
from operating import settings_table


def test_the_committed_table_is_fresh() -> None:
    assert settings_table.FILE.read_text() == settings_table.text(), "run `python -m operating` and commit the result"


@pytest.mark.parametrize("kind", [Settings, *settings_table.SERVICES.values()])
def test_every_setting_is_described(kind: type[Settings]) -> None:
    silent = [name for name, field in kind.model_fields.items() if not (field.description or "").endswith(".")]
    assert not silent
    assert all(variable(kind, name) in settings_table.text() for name in kind.model_fields)


def test_no_default_of_a_secret_is_shown() -> None:
    lines = [line for line in settings_table.text().splitlines() if "_SECRET`" in line or "_PASSWORD`" in line]
    assert lines
    assert all("| none |" in line for line in lines)
