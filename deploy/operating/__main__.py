"""``python -m operating``: writes every generated file of this package."""

from operating import settings_table


def main() -> None:
    settings_table.FILE.write_text(settings_table.text())
    print(f"written: {settings_table.FILE}")


if __name__ == "__main__":
    main()
