"""The OpenTelemetry names that Halobus uses: the current semantic conventions of messaging, and our own ``halobus.*``.

FastStream's own middlewares are not used: they write one span a record under the old names, and link a batch only to
records that carry a correlation id.
"""

SYSTEM = "messaging.system"
DESTINATION = "messaging.destination.name"
GROUP = "messaging.consumer.group.name"
BATCH_COUNT = "messaging.batch.message_count"
OPERATION_TYPE = "messaging.operation.type"
OPERATION_NAME = "messaging.operation.name"
ERROR_TYPE = "error.type"
DB_SYSTEM = "db.system.name"
DB_COLLECTION = "db.collection.name"
DB_OPERATION = "db.operation.name"
DB_BATCH_SIZE = "db.operation.batch.size"

KAFKA = "kafka"
MONGODB = "mongodb"
SEND = "send"
PROCESS = "process"

TENANT = "halobus.tenant"
RUN = "halobus.run"
