"""The webhook: every fact is posted, signed, to the host portal; docs/host-portal.md is its contract.

A group of its own reads the facts. In order on a partition: one that is not taken is tried again, and holds back those
behind it, until it is taken or a day old.
"""

import ssl
import time
from collections import OrderedDict
from collections.abc import Sequence
from hmac import digest

import httpx
from aiokafka import ConsumerRecord
from pydantic import ValidationError

from halobus import log, metrics, topics
from halobus.messages import Fact
from halobus.service import Service
from wizard_api.configuration import WizardSettings

GROUP = "wizard-api.webhook"
GIVEN_UP_SECONDS = 24 * 60 * 60
TIMEOUT = 10.0
OUTCOMES = ("delivered", "failed", "dropped", "unreadable")
AT_ONCE = 20
"""Facts in a batch: all of them together take less than the poll interval, however slow the portal is."""
_REMEMBERED = 10_000
_log = log.get(__name__)


class NotTakenError(Exception):
    """The portal did not take a fact; the batch comes again. Says how the attempt ended, nothing of the content."""


def signature(key: bytes, at: int, body: bytes) -> str:
    """What ``Halobus-Signature`` says: the time in seconds, and HMAC-SHA256 of ``{time}.{body}``, hex."""
    return f"t={at},v1={digest(key, f'{at}.'.encode() + body, 'sha256').hex()}"


class Webhook:
    """Posts facts to ``settings.webhook_url``. ``attach`` it to its service before that runs."""

    def __init__(self, settings: WizardSettings) -> None:
        self._settings = settings
        self._tls = ssl.create_default_context()
        self._taken: OrderedDict[str, None] = OrderedDict()

    def attach(self, service: Service) -> None:
        """Consume the facts from the first that is kept."""
        for outcome in OUTCOMES:  # a counter that appears with its first event has no increase to tell of
            metrics.add(metrics.WEBHOOK_DELIVERIES, 0, outcome=outcome)
        service.bus.subscribe([topics.FACTS], GROUP, self.handle, max_records=AT_ONCE)

    async def handle(self, records: Sequence[ConsumerRecord]) -> None:
        """Post a batch. Returns when each was taken or given up; raises NotTakenError to have it delivered again."""
        async with httpx.AsyncClient(verify=self._tls, timeout=TIMEOUT, follow_redirects=False) as http:
            for record in records:
                await self._deliver(http, record)

    async def _deliver(self, http: httpx.AsyncClient, record: ConsumerRecord) -> None:
        try:
            fact = Fact.model_validate_json(record.value or b"")
        except ValidationError as error:
            metrics.add(metrics.WEBHOOK_DELIVERIES, outcome="unreadable")
            _log.warning(
                "fact_unreadable", partition=record.partition, offset=record.offset, fields=error.error_count()
            )
            return
        if fact.id in self._taken:
            return  # before a failure in the same batch
        problem = await self._post(http, fact, record.value)
        if problem is None:
            self._remember(fact.id)
            metrics.add(metrics.WEBHOOK_DELIVERIES, outcome="delivered")
        elif time.time() - record.timestamp / 1000 < GIVEN_UP_SECONDS:
            metrics.add(metrics.WEBHOOK_DELIVERIES, outcome="failed")
            raise NotTakenError(problem)
        else:
            metrics.add(metrics.WEBHOOK_DELIVERIES, outcome="dropped")
            _log.error("fact_dropped", fact=fact.type, id=fact.id, tenant=fact.tenant, problem=problem)

    async def _post(self, http: httpx.AsyncClient, fact: Fact, body: bytes) -> str | None:
        """None where the portal took it, else why not."""
        headers = {
            "content-type": "application/json",
            "halobus-fact-id": fact.id,
            "halobus-signature": signature(self._settings.webhook_key(), int(time.time()), body),
        }
        try:
            async with http.stream("POST", self._settings.webhook_url, content=body, headers=headers) as answer:
                return None if answer.is_success else f"the portal answered {answer.status_code}"
        except (httpx.HTTPError, OSError) as error:
            return f"the portal could not be reached ({type(error).__name__})"

    def _remember(self, fact: str) -> None:
        self._taken[fact] = None
        if len(self._taken) > _REMEMBERED:
            self._taken.popitem(last=False)
