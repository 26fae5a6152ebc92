/** Cancel a sync; approve removals that wait for an admin. */
import { useState } from "react";

import { api, value } from "../api/client";
import type { Run } from "../api/types";
import { useWhyNot } from "../app/permissions";
import { Action } from "../parts/Action";
import { Confirm } from "../parts/Confirm";
import { Note } from "../parts/Note";
import { streamName } from "./words";

export function RunActions({ run }: { run: Run }) {
  const whyNot = useWhyNot("integrations:manage");
  const [asking, setAsking] = useState(false);
  const waits = run.approval && !run.approval.accepted_by ? run.approval : null;
  const params = { path: { id: run.id } };
  if (run.kind !== "sync") return null;
  return (
    <>
      {waits && (
        <Note tone="warn">
          <p>
            {waits.removals.toLocaleString()} {streamName(waits.stream).toLowerCase()} are no longer in Halo. Removing so many at once needs your approval.
          </p>
          <Action size="compact-sm" whyNot={whyNot} onPress={() => setAsking(true)}>
            Approve the removals
          </Action>
        </Note>
      )}
      {!run.ended && (
        <Action size="compact-sm" variant="default" whyNot={whyNot} onPress={() => value(api.POST("/api/v1/syncs/{id}/cancel", { params }))}>
          Cancel the sync
        </Action>
      )}
      {asking && waits && (
        <Confirm
          title="Approve the removals"
          button="Remove them"
          word="remove"
          onConfirm={() => value(api.POST("/api/v1/syncs/{id}/accept-removals", { params }))}
          onClose={() => setAsking(false)}
        >
          <p>
            {waits.removals.toLocaleString()} {streamName(waits.stream).toLowerCase()} leave the portal. Nothing is deleted in Halo.
          </p>
        </Confirm>
      )}
    </>
  );
}
