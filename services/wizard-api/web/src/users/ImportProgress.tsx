/** How an import of users goes, and how it ended. */
import { useEffect } from "react";

import { api, value } from "../api/client";
import { useResource } from "../api/useResource";
import { ProblemNote } from "../parts/ProblemNote";
import { State } from "../parts/State";

const EVERY_MS = 1500;

export function ImportProgress({ id, onEnd }: { id: string; onEnd: () => void }) {
  const found = useResource(`users-import-${id}`, () => value(api.GET("/api/v1/users/imports/{id}", { params: { path: { id } } })), EVERY_MS);
  const view = found.value;
  const done = view?.state === "done";
  useEffect(() => {
    if (done) onEnd();
    // Once, when it is done: onEnd is another function at every render.
  }, [done]);
  const sums = view
    ? ([
        [view.created, "created"],
        [view.linked, "linked"],
        [view.offered, "offered"],
        [view.already, "had an account"],
        [view.inactive, "inactive"],
        [view.without_email, "without an e-mail"],
        [view.invalid_email, "with an e-mail that is none"],
        [view.refused, "refused by the portal"],
      ] as const)
    : [];
  return (
    <div role="status" aria-live="polite" style={{ marginTop: "0.8rem" }}>
      {view && (
        <p>
          <State tone={done ? "good" : view.state === "stopped" ? "bad" : "info"}>{done ? "Imported" : view.state}</State> {view.done ?? 0} of {view.total}
          {done && `: ${sums.filter(([count]) => count).map(([count, word]) => `${count} ${word}`).join(", ") || "nothing to do"}`}
        </p>
      )}
      {view?.problem && <ProblemNote problem={view.problem} />}
    </div>
  );
}
