/** Quick Sync, and Clear & Resync behind a typed confirmation that states what will be deleted. */
import { useState } from "react";

import { api, value } from "../api/client";
import type { Integration } from "../api/types";
import { Action } from "../parts/Action";
import { Confirm } from "../parts/Confirm";
import { CommandLine } from "../runs/CommandLine";

export function SyncActions({ integration, whyNot }: { integration: Integration; whyNot: string | undefined }) {
  const [command, setCommand] = useState<{ id: string; name: string }>();
  const [asking, setAsking] = useState(false);
  const tickets = integration.streams.find((stream) => stream.stream === "tickets");
  const off = whyNot ?? (tickets?.enabled ? undefined : "Ticket sync is switched off in the Sync step.");
  async function quick() {
    const { id } = await value(api.POST("/api/v1/syncs", { body: { kind: "quick", streams: ["tickets"], join: true } }));
    setCommand({ id, name: "Quick Sync" });
  }
  async function clear() {
    const { id } = await value(api.POST("/api/v1/syncs", { body: { kind: "clear", streams: ["tickets"], join: false } }));
    setCommand({ id, name: "Clear & Resync" });
  }
  const count = (tickets?.documents ?? 0).toLocaleString();
  return (
    <section aria-labelledby="sync-actions" style={{ marginTop: "1.4rem" }}>
      <h3 id="sync-actions">Sync Actions</h3>
      <div className="bar">
        <Action variant="default" onPress={quick} whyNot={off}>
          Quick Sync
        </Action>
        <Action variant="default" color="red" onPress={() => setAsking(true)} whyNot={off}>
          Clear & Resync
        </Action>
      </div>
      <p className="why">Quick Sync reads what changed in Halo. Clear & Resync deletes all synced tickets and reads them anew; for major changes of the settings.</p>
      {command && <CommandLine key={command.id} {...command} />}
      {asking && (
        <Confirm title="Clear & Resync" button="Clear & Resync" word="clear" onConfirm={clear} onClose={() => setAsking(false)}>
          <p>
            All {count} synced tickets and their comments are deleted from the portal, and read again from Halo. Until that is done the portal shows only part of them. Nothing is deleted in Halo; settings stay.
          </p>
        </Confirm>
      )}
    </section>
  );
}
