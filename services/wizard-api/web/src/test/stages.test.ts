import { expect, test } from "vitest";

import { stageOf, unmapped, withStage } from "../wizard/stages";

const status = (id: number, tickets: number, inactive = false) => ({ id, name: `Status ${id}`, inactive, tickets, attributes: {} }) as never;

test("a status chosen for another stage leaves the one where it stood", () => {
  expect(withStage({ new: [1, 2], working: [3] }, "working", [3, 2])).toEqual({ new: [1], working: [3, 2] });
});

test("a stage without statuses is left out", () => {
  expect(withStage({ new: [1] }, "resolved", [1])).toEqual({ resolved: [1] });
});

test("the stage of a status, or none", () => {
  expect(stageOf({ waiting: [7] }, 7)).toBe("waiting");
  expect(stageOf({ waiting: [7] }, 8)).toBeNull();
  expect(stageOf({ waiting: [7] }, null)).toBeNull();
});

test("unmapped: the fullest first, neither excluded ones nor inactive empty ones", () => {
  const all = [status(1, 5), status(2, 50), status(3, 9), status(4, 0, true), status(5, 2, true)];
  expect(unmapped({ new: [3] }, all, [1]).map((each) => each.id)).toEqual([2, 5]);
});
