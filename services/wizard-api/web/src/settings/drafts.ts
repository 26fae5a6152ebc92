/** Unsaved input outlives a step, a reload and an ended session; never a secret, never in another tab or for another person. */
import { useState } from "react";

import { onAnotherPerson } from "../api/session";
import { signal, useSignal } from "../api/signal";
import { keep, recall } from "../api/tab";

type Drafts = Readonly<Record<string, unknown>>;

const KEY = "halobus-drafts";
const drafts = signal<Drafts>(recalled());
onAnotherPerson(() => put({}));

/** What stands under a name, or undefined where nothing is unsaved. */
export function useDraft<T>(name: string): T | undefined {
  return useSignal(drafts)[name] as T | undefined;
}

export function draftOf<T>(name: string): T | undefined {
  return drafts.get()[name] as T | undefined;
}

export function setDraft(name: string, value: unknown): void {
  const next = { ...drafts.get() };
  if (value === undefined) delete next[name];
  else next[name] = value;
  put(next);
}

/** A state that is kept as a draft under a name; without one it ends with its component. */
export function useKept<T>(name: string | undefined, initial: T): [T, (value: T) => void] {
  const local = useState(initial);
  const draft = useDraft<T>(name ?? "");
  return name === undefined ? local : [draft ?? initial, (value) => setDraft(name, value)];
}

function put(next: Drafts): void {
  drafts.set(next);
  keep(KEY, JSON.stringify(next));
}

function recalled(): Drafts {
  try {
    return JSON.parse(recall(KEY) ?? "{}") as Drafts;
  } catch {
    return {}; // something else wrote there
  }
}
