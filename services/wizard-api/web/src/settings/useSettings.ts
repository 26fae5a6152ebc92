/** One kind of settings: what is saved, what is typed, and what somebody else has saved meanwhile. */
import { useState } from "react";

import type { Got } from "../api/client";
import { asProblem, ProblemError } from "../api/problem";
import { type Resource, useResource } from "../api/useResource";
import { setDraft, useDraft } from "./drafts";

export interface Saved<T> {
  value: T;
  revision: number;
  changed_at?: string | null;
  changed_by?: string | null;
}

export interface Kind<T> {
  name: string;
  load: () => Promise<Got<Saved<T>>>;
  /** ``match``: the entity tag that the change was made from. */
  save: (value: T, match: string) => Promise<Got<Saved<T>>>;
}

export interface Conflict<T> {
  theirs: T;
  revision: number;
  by: string | null;
  at: string | null;
}

export interface Editing<T> {
  /** Undefined while it loads. */
  value: T | undefined;
  saved: Saved<T> | undefined;
  problem: ProblemError | undefined;
  changed: boolean;
  conflict: Conflict<T> | undefined;
  edit: (change: Partial<T>) => void;
  discard: () => void;
  /** True when it is saved; false where somebody else was faster, which ``conflict`` then tells. */
  save: () => Promise<boolean>;
  takeTheirs: () => Promise<void>;
  keepMine: () => Promise<boolean>;
}

interface Draft<T> {
  value: T;
  revision: number;
}

export function useSettings<T extends object>(kind: Kind<T>): Editing<T> {
  const resource: Resource<Saved<T>> = useResource(`settings-${kind.name}`, async () => (await kind.load()).value);
  const draft = useDraft<Draft<T>>(kind.name);
  const [conflict, setConflict] = useState<Conflict<T>>();
  const [problem, setProblem] = useState<ProblemError>();
  const saved = resource.value;
  const value = draft?.value ?? saved?.value;
  const changed = saved !== undefined && draft !== undefined && !same(draft.value, saved.value);

  async function put(wanted: T, revision: number): Promise<boolean> {
    setProblem(undefined);
    try {
      const now = await kind.save(wanted, `"${revision}"`);
      resource.set(now.value);
      setDraft(kind.name, undefined);
      setConflict(undefined);
      return true;
    } catch (error) {
      const told = asProblem(error);
      if (told.code === "changed-meanwhile") setConflict(conflictOf<T>(told));
      else setProblem(told);
      return false;
    }
  }

  return {
    value,
    saved,
    problem: problem ?? resource.problem,
    changed,
    conflict,
    edit(change) {
      if (!value || !saved) return;
      setDraft(kind.name, { value: { ...value, ...change }, revision: draft?.revision ?? saved.revision });
    },
    discard() {
      setDraft(kind.name, undefined);
      setProblem(undefined);
    },
    async save() {
      if (!saved || !value) return false;
      // The first save also where nothing was changed: the defaults are then what the admin has seen and wants.
      if (!changed && saved.revision > 0) return true;
      return put(value, draft?.revision ?? saved.revision);
    },
    async takeTheirs() {
      setDraft(kind.name, undefined);
      setConflict(undefined);
      await resource.reload();
    },
    async keepMine() {
      return value && conflict ? put(value, conflict.revision) : false;
    },
  };
}

function conflictOf<T>(problem: ProblemError): Conflict<T> {
  const { current, revision, changed_by, changed_at } = problem.more as Record<string, unknown>;
  return { theirs: current as T, revision: revision as number, by: changed_by as string | null, at: changed_at as string | null };
}

/** Equal whatever the order of keys; lists that stand for sets are compared as sets. */
export function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(ordered(one)) === JSON.stringify(ordered(other));
}

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return [...value].map(ordered).sort((a, b) => (String(a) < String(b) ? -1 : 1));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, each]) => [name, ordered(each)] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}
