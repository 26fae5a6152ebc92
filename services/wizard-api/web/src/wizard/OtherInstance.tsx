/** The details lead to another Halo than the connected one: refused until the admin says *replace*. */
import { useState } from "react";

import type { ProblemError } from "../api/problem";
import { Action } from "../parts/Action";
import { Confirm } from "../parts/Confirm";
import { Note } from "../parts/Note";

export function OtherInstance({ problem, onReplace }: { problem: ProblemError; onReplace: () => Promise<unknown> }) {
  const [asking, setAsking] = useState(false);
  return (
    <div role="alert">
      <Note tone="warn">
        <p>
          <strong>{problem.document.title}</strong>
        </p>
        <p>The connected one stays in use. If you mean to change over, its scope, mapping and tickets stay behind.</p>
        <Action color="red" onPress={() => setAsking(true)}>
          Replace the connected Halo
        </Action>
      </Note>
      {asking && (
        <Confirm title="Replace the connected Halo" button="Replace" word="replace" onConfirm={onReplace} onClose={() => setAsking(false)}>
          <p>Teams, statuses and mappings are chosen anew, and everything is read from the other Halo.</p>
        </Confirm>
      )}
    </div>
  );
}
