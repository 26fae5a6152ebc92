"""``python -m operating``: writes every generated file of this package."""

from pathlib import Path

from operating import alert_rules, dashboards, log_events, settings_table


def written() -> dict[Path, str]:
    """Every generated file and its text."""
    return {
        settings_table.FILE: settings_table.text(),
        log_events.FILE: log_events.text(),
        alert_rules.FILE: alert_rules.text(),
        **dashboards.files(),
    }


def main() -> None:
    for file, text in written().items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        print(f"written: {file.name}")


if __name__ == "__main__":
    main()
