import { expect, test } from "vitest";

import type { Read, Run } from "../api/types";
import { chart } from "../runs/chart";
import { byStream } from "../runs/streams";
import { duration, stateOf, waitingFor } from "../runs/words";

const read = (stream: Read["stream"], more: Partial<Read>) => ({ stream, kind: "full", state: "applied", listed: 0, applied: 0, total: null, waiting_for: null, ...more }) as Read;
const run = (more: Partial<Run>) => ({ id: "r", kind: "sync", mode: "quick", state: "applied", ended: true, actor: "a", created: "2026-01-01T00:00:00Z", ...more }) as Run;

test("a stream's reads are one bar", () => {
  const [companies, tickets] = byStream([
    read("companies", { listed: 5, applied: 5, total: 5 }),
    read("tickets", { listed: 10, applied: 10, total: 8 }),
    read("tickets", { state: "reading", listed: 20, total: 100 }),
  ]);
  expect(companies).toMatchObject({ state: "applied", listed: 5, total: 5 });
  expect(tickets).toMatchObject({ state: "reading", listed: 30, total: 110, applied: 10 });
});

test("a long list that is read in parts is not counted over and over", () => {
  const parts = [read("tickets", { listed: 10_000, total: 20_000 }), read("tickets", { state: "reading", listed: 2000, total: 6000 }), read("tickets", { state: "queued" })];
  expect(byStream(parts)[0]).toMatchObject({ listed: 12_000, total: 20_000 });
  const last = [read("tickets", { listed: 10_000, total: 20_000 }), read("tickets", { listed: 6000, total: 6000 }), read("tickets", { state: "reading", listed: 1000, total: 4100 })];
  expect(byStream(last)[0]).toMatchObject({ listed: 17_000, total: 20_100 });
});

test("a failed read is not hidden by those that went well", () => {
  expect(byStream([read("tickets", {}), read("tickets", { state: "failed" })])[0]?.state).toBe("failed");
});

test("removals that wait for approval are no plain success", () => {
  const approval = { stream: "tickets", removals: 30, asked: "2026-01-01T00:00:00Z", accepted_by: null } as const;
  expect(stateOf(run({ approval }))[1]).toBe("warn");
  expect(stateOf(run({ approval: { ...approval, accepted_by: "eve" } }))).toEqual(["Done", "good"]);
  expect(stateOf(run({ difference: 3 }))[1]).toBe("warn");
});

test("what is waited for is said", () => {
  expect(waitingFor(run({ state: "waiting", waiting: { reason: "budget", detail: "", until: null } }))).toContain("rate limit");
  expect(waitingFor(run({}))).toBeNull();
});

test("durations", () => {
  expect([0.4, 59, 61, 3661].map(duration)).toEqual(["0 s", "59 s", "1 min 1 s", "1 h 1 min"]);
});

test("the chart's oldest run stands on the left, and a run that goes on ends now", () => {
  const bars = chart([run({ id: "new", ended: false, state: "reading", started: "2026-01-01T00:01:00Z" }), run({ id: "old", started: "2026-01-01T00:00:00Z", finished: "2026-01-01T00:00:09Z" })], Date.parse("2026-01-01T00:01:30Z"));
  expect(bars.map((bar) => [bar.id, bar.seconds])).toEqual([
    ["old", 9],
    ["new", 30],
  ]);
  expect(bars[0]!.x).toBeLessThan(bars[1]!.x);
});
