import { afterEach, expect, test, vi } from "vitest";

import { problemOf } from "../api/problem";
import { session, signIn, tokenOf, tokenOfLink } from "../api/session";

afterEach(() => vi.unstubAllGlobals());

test("a link's token is taken out of the address bar", () => {
  history.replaceState(null, "", "/setup?step=sync#sign-in=a.b-c_d.e");
  expect(tokenOfLink()).toBe("a.b-c_d.e");
  expect(location.href).toMatch(/\/setup\?step=sync$/);
  expect(tokenOfLink()).toBeNull();
});

test("a whole link may be pasted, or its token alone", () => {
  expect(tokenOf(" http://x/#sign-in=a.b.c ")).toBe("a.b.c");
  expect(tokenOf("a.b.c")).toBe("a.b.c");
});

test("a refusal is told in the server's words, and nobody is signed in", async () => {
  const body = { title: "Sign in first", status: 401, detail: "This sign-in link was used already." };
  vi.stubGlobal("fetch", () => Promise.resolve(new Response(JSON.stringify(body), { status: 401 })));
  session.set(undefined);
  await expect(signIn("t")).rejects.toMatchObject({ document: body });
  expect(session.get()).toBeUndefined();
});

test("what a proxy answers is no problem document", () => {
  expect(problemOf("<html>", 502).code).toBe("away");
  expect(problemOf(null, 418).document.title).toContain("418");
});
