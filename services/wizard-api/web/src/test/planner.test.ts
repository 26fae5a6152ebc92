import { expect, test } from "vitest";

import type { Proposal } from "../api/types";
import { acceptedOf } from "../companies/proposals";
import { dayField, dayIso } from "../parts/money";
import { Keys } from "../planner/creation";
import { changesOf, type Draft, EMPTY } from "../planner/draft";
import { whyManaged } from "../planner/words";

test("the same wish has the same key until it is answered; another wish has another", () => {
  const keys = new Keys();
  const first = keys.of({ title: "A" });
  expect(first).toMatch(/^[0-9a-f]{32}$/);
  expect(keys.of({ title: "A" })).toBe(first);
  expect(keys.of({ title: "B" })).not.toBe(first);
  const again = keys.of({ title: "B" });
  keys.answered();
  expect(keys.of({ title: "B" })).not.toBe(again);
});

test("only what differs is sent, and an emptied field as none", () => {
  const before: Draft = { ...EMPTY, title: "A", due: "2027-03-31", company: { id: 1, name: "One" }, period: "2027-Q1" };
  expect(changesOf(before, before)).toEqual({});
  expect(changesOf({ ...before, title: " A ", due: "", company: null, period: "" }, before)).toEqual({ due: null, client_id: null, period: null });
  expect(changesOf({ ...before, value: 0 }, before)).toEqual({ value: 0 });
});

test("a day stays the day that was typed", () => {
  for (const day of ["2027-01-01", "2027-03-28", "2027-12-31"]) expect(dayField(dayIso(day))).toBe(day);
  expect(dayIso("")).toBeNull();
});

test("what Halo manages says why", () => {
  expect(whyManaged({ sync: "managed", opportunity: 7, state: "open" })).toContain("Opportunity 7 in Halo manages");
  expect(whyManaged({ sync: "stopped", opportunity: 7, state: "won" })).toContain("won");
  for (const sync of ["own", "detached"] as const) expect(whyManaged({ sync, opportunity: null, state: "open" })).toBeUndefined();
});

test("ambiguous proposals are never accepted by themselves, certain ones can be taken out", () => {
  const one = (id: number, certain: boolean, ...companies: string[]): Proposal => ({
    id,
    name: `Client ${id}`,
    inactive: false,
    certain,
    reason: certain ? "same_name" : "several",
    candidates: companies.map((company) => ({ id: company, name: company, inactive: false })),
  });
  const seen = [one(1, true, "a"), one(2, false, "b", "c"), one(3, true, "d"), one(4, false, "a")];
  expect(acceptedOf(seen, {})).toEqual([
    { id: 1, portal_company: "a" },
    { id: 3, portal_company: "d" },
  ]);
  expect(acceptedOf(seen, { 1: null, 2: "c", 4: "a" }).map((each) => each.portal_company)).toEqual(["c", "d", "a"]);
  // The same company twice: the first client has it.
  expect(acceptedOf(seen, { 4: "a" })).toHaveLength(2);
});
