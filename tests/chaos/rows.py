"""All rows, in the table's order: name to function."""

from chaos.clear import clear
from chaos.dedup import dedup
from chaos.kill import kill
from chaos.lease import lease
from chaos.order import order
from chaos.rebalance import rebalance
from chaos.restart import restart
from chaos.row import RowFunction

ROWS: dict[str, RowFunction] = {
    "kill -9": kill,
    "restart": restart,
    "rebalance": rebalance,
    "order": order,
    "dedup": dedup,
    "lease": lease,
    "clear": clear,
}
