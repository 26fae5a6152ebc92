/** What the choice will do, told before it is saved. */
import { useEffect, useState } from "react";

import { asProblem, type ProblemError } from "../api/problem";
import type { Effect, SyncSettings } from "../api/types";
import { Note } from "../parts/Note";
import { effectOf } from "../settings/kinds";
import { foretold } from "../users/foretold";

const PAUSE_MS = 500;

export function EffectNote({ settings, whyNot }: { settings: SyncSettings; whyNot: string | undefined }) {
  const [effect, setEffect] = useState<Effect>();
  const [problem, setProblem] = useState<ProblemError>();
  const asked = JSON.stringify(settings);
  useEffect(() => {
    if (whyNot) return;
    let current = true;
    const timer = setTimeout(() => {
      effectOf(JSON.parse(asked) as SyncSettings)
        .then((told) => current && (setEffect(told), setProblem(undefined)))
        .catch((error: unknown) => current && setProblem(asProblem(error)));
    }, PAUSE_MS);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [asked, whyNot]);
  if (whyNot) return null;
  return (
    <div role="status" aria-live="polite" style={{ marginBottom: "1rem" }}>
      <Note tone={problem ? "warn" : "info"}>
        <strong>What this will do</strong>
        {problem ? <p>{[problem.document.title, ...(problem.document.errors ?? []).map((each) => each.message)].join(": ")}</p> : <p>{effect ? sentence(effect) : "Asking …"}</p>}
        {!problem && effect?.accounts && <p>{foretold(effect.accounts)}</p>}
        {(effect?.warnings ?? []).map((warning) => (
          <p key={warning}>{warning}</p>
        ))}
      </Note>
    </div>
  );
}

const many = (count: number) => `${count.toLocaleString()} ticket${count === 1 ? "" : "s"}`;

export function sentence(effect: Effect): string {
  const { about, known } = effect.adds ?? { about: 0, known: 0 };
  const removes = effect.removes ? `${many(effect.removes)} leave${effect.removes === 1 ? "s" : ""} the portal` : "No ticket leaves the portal";
  const adds = about === null ? "how many come in, the sync will tell" : about > 0 ? `about ${many(about)} come in${known ? `, ${known.toLocaleString()} of them at once` : ""}` : "none comes in";
  return `${removes}; ${adds}; ${(effect.stays ?? 0).toLocaleString()} stay.`;
}
