/** A run, live: the browser's own EventSource, which resumes with Last-Event-ID by itself. */
import { useEffect, useState } from "react";

import { online, sayAway, sayThere } from "./online";
import { whoAmI } from "./session";
import { useSignal } from "./signal";
import type { Run } from "./types";

/** Undefined until the first event. ``ended`` runs are followed no longer. */
export function useRun(id: string | null | undefined): Run | undefined {
  const [run, setRun] = useState<Run>();
  const there = useSignal(online);
  useEffect(() => {
    if (!id || !there) return;
    const source = new EventSource(`/api/v1/syncs/${encodeURIComponent(id)}/events`);
    source.addEventListener("run", (event) => {
      sayThere();
      const next = JSON.parse((event as MessageEvent<string>).data) as Run;
      setRun(next);
      if (next.ended) source.close();
    });
    source.addEventListener("error", () => {
      // Signed out, or away? The browser would try again without a word, or not at all where the answer was no stream.
      void whoAmI().then((answered) => answered || sayAway());
    });
    return () => source.close();
  }, [id, there]);
  return run?.id === id ? run : undefined;
}
