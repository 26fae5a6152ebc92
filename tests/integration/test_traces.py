"""One trace from the click to the document, as the whole system exports it."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
from aiokafka import ConsumerRecord
from conftest import placed

from embedded.choose import Chosen
from halo_simulator.running import running
from halobus import topics
from halobus.commands import COMMAND_TYPE
from halobus.envelope import read_headers
from support.consumers import bench
from support.otlp import Collector, Span, collector
from support.samples import Sample
from support.system import system
from support.truth import balanced

CLICK = "4bf92f3577b34da6a3ce929d0e0e4736"
BROWSER = "00f067aa0ba902b7"
KNOWN = {
    "messaging.system",
    "messaging.destination.name",
    "messaging.destination.partition.id",
    "messaging.kafka.offset",
    "messaging.consumer.group.name",
    "messaging.batch.message_count",
    "messaging.operation.type",
    "messaging.operation.name",
    "http.request.method",
    "http.response.status_code",
    "http.route",
    "url.path",
    "server.address",
    "server.port",
    "db.system.name",
    "db.collection.name",
    "db.operation.name",
    "db.operation.batch.size",
    "error.type",
}
"""Names of the current semantic conventions that a span may have, beside our own ``halobus.*``."""


@dataclass(frozen=True)
class Traced:
    """A resync of the whole system: its spans, its run, and what it stored."""

    spans: list[Span]
    collector: Collector
    prefix: str
    run: dict[str, Any]
    stored: list[dict[str, Any]]
    records: list[ConsumerRecord]

    def contents(self) -> set[str]:
        """What customers wrote, and who they are; short words would be found anywhere."""
        told = ("summary", "details", "user_name", "user_email", "name", "notes")
        rows = [document["content"] for document in self.stored if "items" not in document["content"]]
        return {row[name] for row in rows for name in told if len(row.get(name) or "") > 8}

    def of(self, *names: str, service: str) -> list[Span]:
        """The trace's spans of a service whose name begins with one of these."""
        mine = f"halobus-{service}"
        return [one for one in self.spans if (one.trace, one.service) == (CLICK, mine) and one.name.startswith(names)]

    def the(self, name: str, service: str) -> Span:
        """The one span of that name."""
        [found] = self.of(name, service=service)
        return found

    def under(self, parent: Span, *names: str, service: str) -> list[Span]:
        """Those whose parent it is."""
        return [one for one in self.of(*names, service=service) if one.parent == parent.id]


@pytest.fixture(scope="module")
async def traced(stack: Chosen, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Traced]:
    logs = tmp_path_factory.mktemp("traces")
    with collector() as sink:
        async with placed(stack) as place, running(limit=100000) as halo:
            environment = {"HALOBUS_HALO_LIMIT": "100000", **sink.environment()}
            async with system(place, logs, halo.url, **environment) as it, it.portal() as portal:
                await portal.connect(halo.url, halo.client_id, halo.client_secret)
                await portal.settings("sync", teams="all")
                click = await portal.http.post(
                    "/api/v1/syncs", json={"kind": "resync"}, headers={"traceparent": f"00-{CLICK}-{BROWSER}-01"}
                )
                assert click.headers["trace-id"] == CLICK
                run = await portal.applied(click.json()["id"])
                assert balanced(run) == []
                async with bench(place) as here:
                    records = [record for topic in topics.SOURCES for record in await here.read_all(topic)]
                run = dict(await it.database.runs.find_one({"_id": click.json()["id"]}) or {})
                stored = [
                    document
                    for name in ("tickets", "companies", "reference")
                    for document in await it.database[name].find({"state": "live"}).to_list(None)
                ]
            # The services have ended, so that everything was exported.
            yield Traced(sink.spans(), sink, place.topic_prefix, run, stored, records)


async def test_click_command_acceptance_and_run_are_a_line(traced: Traced) -> None:
    click = traced.the("POST /api/v1/syncs", "wizard-api")
    assert (click.parent, click.kind) == (BROWSER, "server")
    [sent] = traced.under(click, f"publish {traced.prefix}halo.commands", service="wizard-api")
    assert sent.kind == "producer"
    [accepted] = traced.under(sent, "accept command", service="connector")
    [run] = traced.under(accepted, "run sync", service="connector")
    assert (traced.run["trace"], traced.run["traceparent"]) == (CLICK, f"00-{CLICK}-{accepted.id}-01")
    assert run.seconds > 0


async def test_a_page_is_read_published_and_processed_in_its_own_branch(traced: Traced) -> None:
    run = traced.the("run sync", "connector")
    pages = traced.under(run, "read page tickets", "read page companies", service="connector")
    paged = [read for read in traced.run["reads"] if read["stream"] in ("tickets", "companies")]
    assert len(pages) == sum(read["pages"] for read in paged) > 4
    published = 0
    for page in pages:
        assert traced.under(page, "halo GET /Tickets", "halo GET /Client", service="connector")
        sent = traced.under(page, "publish", service="connector")
        assert len(sent) <= 1, "one a page; none where it brought nothing new"
        for publication in sent:
            owner = "sync-crm" if "companies" in publication.name else "sync-ticket"
            processed = traced.under(publication, "process", service=owner)
            count = "messaging.batch.message_count"
            assert sum(one.attributes[count] for one in processed) == publication.attributes[count]
            assert {one.kind for one in processed} == {"consumer"}
            published += publication.attributes[count]
    assert published == sum(read["listed"] for read in paged if read["kind"] in ("recent", "full", "incremental"))


async def test_every_request_of_the_run_is_a_span_in_its_trace(traced: Traced) -> None:
    requests = traced.of("halo ", service="connector")
    assert len(requests) > len(traced.of("read page", service="connector"))
    inner = {one.id for one in traced.of("run ", "read page", service="connector")}
    assert {one.parent for one in requests} <= inner
    assert all(one.attributes["http.response.status_code"] < 500 for one in requests)


async def test_each_bulk_write_is_linked_to_the_pages_in_it(traced: Traced) -> None:
    writes = [one for one in traced.spans if "bulk_write" in one.name]
    assert {one.parent for one in writes} == {""}, "a batch holds records of many traces, so it is a trace of its own"
    linked = {link for one in writes for link in one.links}
    owners = ("sync-ticket", "sync-crm", "importer")
    processed = {(one.trace, one.id) for owner in owners for one in traced.of("process", service=owner)}
    assert processed
    assert processed <= linked
    assert {trace for trace, _ in linked} <= {one.trace for one in traced.spans}


async def test_the_documents_name_the_trace(traced: Traced) -> None:
    assert {document["_id"].split(":")[0] for document in traced.stored} == {"acme"}
    assert {document["trace"] for document in traced.stored} == {CLICK}
    assert {document["run"] for document in traced.stored} == {traced.run["_id"]}
    assert len(traced.stored) > 300


async def test_records_are_as_their_samples_and_carry_the_span_that_published_them(traced: Traced) -> None:
    publications = {(one.trace, one.id) for one in traced.spans if one.name.startswith("publish ")}
    carried = set()
    for record in traced.records:
        headers = read_headers(record.headers)
        kind = json.loads(record.value).get("kind") if headers["ce_type"] == COMMAND_TYPE else None
        sample = Sample(f"{COMMAND_TYPE}.{kind}" if kind else headers["ce_type"])
        assert list(headers) == list(sample.headers)
        assert set(json.loads(record.value)) <= set(sample.value)
        assert record.key.decode().count(":") == sample.key.count(":")
        carried.add(tuple(headers["traceparent"].split("-")[1:3]))
    assert len(traced.records) > 300
    assert carried <= publications


async def test_attributes_have_current_names_and_no_contents(traced: Traced) -> None:
    names = {name for one in traced.spans for name in one.attributes}
    assert {name for name in names if not name.startswith("halobus.")} <= KNOWN
    told = [str(value) for one in traced.spans for value in (one.name, *one.attributes.values())]
    assert [text for text in told if "@" in text] == []
    everything = b"\n".join(traced.collector.bodies)
    assert len(traced.contents()) > 100
    assert [text for text in traced.contents() if text.encode() in everything] == []
