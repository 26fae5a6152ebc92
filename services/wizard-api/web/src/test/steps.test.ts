import { expect, test } from "vitest";

import type { Integration } from "../api/types";
import { furthest, resumeAt, screenOf, stepToStore } from "../wizard/steps";

const at = (step: Integration["step"], more: Partial<Integration> = {}) => ({ step, instance: "a", completed: null, ...more }) as Integration;

test("it resumes at the stored step, and at the first one after completion", () => {
  expect(resumeAt(at("configure"))).toBe("configure");
  expect(resumeAt(at("done"))).toBe("connect");
});

test("a step that was not reached can't be opened by its address", () => {
  expect(screenOf("import", at("sync"))).toBe("sync");
  expect(screenOf("connect", at("sync"))).toBe("connect");
  expect(screenOf("nonsense", at("sync"))).toBe("sync");
});

test("without a connection there is the first step alone", () => {
  expect(furthest(at("configure", { instance: null }))).toBe(0);
});

test("going back stores nothing: the wizard has been further", () => {
  expect(stepToStore("sync", at("configure"))).toBeNull();
  expect(stepToStore("import", at("configure"))).toBe("import");
  expect(stepToStore("complete", at("import"))).toBeNull();
  expect(stepToStore("sync", at("done"))).toBeNull();
});
