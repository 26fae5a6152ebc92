/** Something of the API, loaded and kept fresh: shown again at once when one comes back to it. */
import { useCallback, useEffect, useRef, useState } from "react";

import { online } from "./online";
import { asProblem, type ProblemError } from "./problem";
import { onAnotherPerson, session } from "./session";
import { useSignal } from "./signal";

export interface Resource<T> {
  value: T | undefined;
  problem: ProblemError | undefined;
  reload: () => Promise<void>;
  /** What an answer to a write has told already. */
  set: (value: T) => void;
}

interface Held<T> {
  key: string;
  value: T | undefined;
  problem: ProblemError | undefined;
}

const kept = new Map<string, unknown>();

onAnotherPerson(() => kept.clear());

/** ``key`` names what is loaded; null loads nothing. ``every``: milliseconds between two looks, while one looks. */
export function useResource<T>(key: string | null, load: () => Promise<T>, every?: number): Resource<T> {
  const [held, setHeld] = useState<Held<T>>(() => fresh<T>(key));
  const latest = useRef(load);
  latest.current = load;
  const current = useRef(key);
  current.current = key;
  const there = useSignal(online);
  const who = useSignal(session)?.subject;

  const reload = useCallback(async () => {
    if (key === null) return;
    try {
      const value = await latest.current();
      kept.set(key, value);
      if (current.current === key) setHeld({ key, value, problem: undefined });
    } catch (error) {
      const problem = asProblem(error);
      if (current.current === key) setHeld((before) => ({ key, value: before.key === key ? before.value : undefined, problem }));
    }
  }, [key]);

  useEffect(() => {
    if (!there || !who) return;
    void reload();
    if (every === undefined) return;
    const timer = setInterval(() => {
      if (!document.hidden) void reload();
    }, every);
    return () => clearInterval(timer);
  }, [reload, every, there, who]);

  const set = useCallback(
    (value: T) => {
      if (key === null) return;
      kept.set(key, value);
      setHeld({ key, value, problem: undefined });
    },
    [key],
  );
  const shown = held.key === key ? held : fresh<T>(key);
  return { value: shown.value, problem: shown.problem, reload, set };
}

function fresh<T>(key: string | null): Held<T> {
  return { key: key ?? "", value: key === null ? undefined : (kept.get(key) as T | undefined), problem: undefined };
}
