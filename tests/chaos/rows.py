"""All rows, in the table's order: name to function."""

from chaos.budget import budget
from chaos.census import census
from chaos.clear import clear
from chaos.clock import clock
from chaos.comments import comments
from chaos.creating import creating
from chaos.dedup import dedup
from chaos.kafka_gone import kafka_gone
from chaos.kafka_nodes import kafka_nodes
from chaos.kill import kill
from chaos.lease import lease
from chaos.memory import memory
from chaos.mongo_nodes import mongo_nodes
from chaos.order import order
from chaos.poison import poison
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
    "comments": comments,
    "creating": creating,
    "budget": budget,
    "census": census,
    "kafka gone": kafka_gone,
    "clock": clock,
    "poison": poison,
    "mongo nodes": mongo_nodes,
    "kafka nodes": kafka_nodes,
    "memory": memory,
}
