/** Connected, not tested, or failed: what the last test of exactly these details has said. */
import type { Connection } from "../api/types";
import { State } from "../parts/State";

export function ConnectionState({ connection, changed }: { connection: Connection; changed: boolean }) {
  return (
    <div role="status" aria-live="polite">
      {shown(connection, changed)}
    </div>
  );
}

function shown(connection: Connection, changed: boolean) {
  if (changed) return <State tone="quiet">not tested</State>;
  if (connection.status === "failed") return <State tone="bad">Connection failed</State>;
  const connected = connection.status === "tested" || (!connection.url && connection.active);
  return connected ? <State tone="good">Connected</State> : <State tone="quiet">not tested</State>;
}
