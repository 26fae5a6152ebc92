"""Which errors say that Kafka or MongoDB is away or slow, so that waiting helps."""

from typing import Literal

from aiokafka.errors import KafkaError, KafkaTimeoutError, KafkaUnavailableError

from halobus import store


def is_outage(error: BaseException) -> bool:
    """True: wait and try again. False: a defect, bad data or bad settings, which waiting doesn't mend."""
    if isinstance(error, KafkaError):
        return bool(error.retriable) or isinstance(error, KafkaTimeoutError | KafkaUnavailableError)
    return isinstance(error, (*store.OUTAGES, TimeoutError, ConnectionError))


def dependency(error: BaseException) -> Literal["kafka", "mongodb", "other"]:
    """Which dependency an error comes from."""
    if isinstance(error, KafkaError):
        return "kafka"
    return "mongodb" if isinstance(error, store.PyMongoError) else "other"
