"""All rows, in the table's order: name to function."""

from chaos.row import RowFunction

ROWS: dict[str, RowFunction] = {}
