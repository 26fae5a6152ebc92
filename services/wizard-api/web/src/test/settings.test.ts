import { expect, test } from "vitest";

import { options } from "../settings/choices";
import { same } from "../settings/useSettings";
import { foretold } from "../users/foretold";
import { sentence } from "../wizard/EffectNote";
import { sorted } from "../wizard/findings";
import { whyNotSave } from "../wizard/syncWords";

test("the same settings whatever their order", () => {
  expect(same({ a: [1, 2], b: null }, { b: null, a: [2, 1] })).toBe(true);
  expect(same({ a: [1, 2] }, { a: [1] })).toBe(false);
  expect(same({ a: "all" }, { a: [] })).toBe(false);
});

test("an inactive choice is offered only where it is chosen, and one that vanished is named", () => {
  const choices = [
    { id: 1, name: "Desk", inactive: false, tickets: 1200 },
    { id: 2, name: "Old", inactive: true },
  ] as never;
  expect(options(choices).map((each) => each.value)).toEqual(["1"]);
  expect(options(choices, [2, 9]).map((each) => each.label)).toEqual([expect.stringMatching(/^Desk \(1.200\)$/), "Old, inactive", "9 (no longer in Halo)"]);
});

test("the summary of a dry run says what leaves, comes and stays", () => {
  expect(sentence({ removes: 1, stays: 7, adds: { known: 2, about: 5 }, warnings: [] })).toBe("1 ticket leaves the portal; about 5 tickets come in, 2 of them at once; 7 stay.");
  expect(sentence({ removes: 0, stays: 0, adds: { known: 0, about: null }, warnings: [] })).toContain("the sync will tell");
});

test("a dry run says how many accounts Auto-Import creates, and who gets none", () => {
  const none = { contacts: 0, created: 0, linked: 0, already: 0, offered: 0, without_email: 0, invalid_email: 0, inactive: 0 };
  expect(foretold({ ...none, contacts: 216, created: 212, without_email: 3, inactive: 1 })).toBe("Auto-Import creates 212 accounts; of the other contacts 3 without e-mail, 1 inactive.");
  expect(foretold({ ...none, contacts: 1, created: 1 })).toBe("Auto-Import creates 1 account.");
  expect(foretold(none)).toContain("no company");
});

test("missing comes first in the checklist; what is not used stands apart", () => {
  const finding = (name: string, state: string, needed = true) => ({ name, state, needed, how: "" }) as never;
  const { open, well, unused } = sorted([finding("ok", "granted"), finding("unused", "missing", false), finding("hm", "unknown"), finding("w", "warning", false), finding("m", "missing")]);
  expect(open.map((each) => each.name)).toEqual(["m", "w", "hm"]);
  expect(well.map((each) => each.name)).toEqual(["ok"]);
  expect(unused.map((each) => each.name)).toEqual(["unused"]);
});

test("what step 2 still needs", () => {
  expect(whyNotSave({ tickets: true, teams: [] } as never)).toContain("teams");
  expect(whyNotSave({ tickets: true, teams: "all" } as never)).toBeUndefined();
  expect(whyNotSave({ tickets: false, teams: [] } as never)).toBeUndefined();
  expect(whyNotSave({ tickets: false, auto_import: true } as never)).toContain("role");
});
