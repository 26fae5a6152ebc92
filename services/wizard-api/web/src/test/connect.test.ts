import { expect, test } from "vitest";

import type { Connection } from "../api/types";
import { fieldsOf, isChanged, whyNotNext, whyNotTest } from "../wizard/connectDraft";

const tested: Connection = { url: "https://a.example", client_id: "id", status: "tested", secret_set: { at: "2026-01-01T00:00:00Z", by: "eve" } };

test("any change turns the green status off, and Next says why", () => {
  for (const typed of [{ url: "https://b.example" }, { client_id: "other" }, { client_secret: "s" }]) {
    expect(isChanged(typed, tested)).toBe(true);
    expect(whyNotNext(typed, tested)).toContain("test the connection again");
  }
  expect(isChanged({}, tested)).toBe(false);
  expect(whyNotNext({}, tested)).toBeUndefined();
});

test("typing the same again is no change", () => {
  expect(isChanged({ url: "https://a.example " }, tested)).toBe(false);
});

test("a saved draft that was never tested does not pass for the connection in use", () => {
  const active = { url: "https://a.example", client_id: "id", tested_at: "2026-01-01T00:00:00Z", instance: "a" };
  expect(whyNotNext({}, { ...tested, status: "not tested", active })).toBeDefined();
  expect(whyNotNext({}, { status: "not tested", active })).toBeUndefined();
});

test("the test names what is missing, and the secret is needed once only", () => {
  const fields = fieldsOf({}, { status: "not tested" });
  expect(whyNotTest(fields, { status: "not tested" })).toContain("Halo URL");
  expect(whyNotTest({ url: "u", client_id: "c", client_secret: "" }, { status: "not tested" })).toContain("Client Secret");
  expect(whyNotTest(fieldsOf({}, tested), tested)).toBeUndefined();
});
