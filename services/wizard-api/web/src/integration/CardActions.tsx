/** Configure, Resync, Sync PSA Data, pause, Disconnect. */
import { Checkbox } from "@mantine/core";
import { useState } from "react";

import { api, value } from "../api/client";
import type { Integration } from "../api/types";
import { go } from "../app/router";
import { Action } from "../parts/Action";
import { Confirm } from "../parts/Confirm";
import { CommandLine } from "../runs/CommandLine";

interface Props {
  integration: Integration;
  whyNot: string | undefined;
  onChange: (changed: Integration) => void;
  reload: () => Promise<void>;
}

export function CardActions({ integration, whyNot, onChange, reload }: Props) {
  const [command, setCommand] = useState<{ id: string; name: string }>();
  const [leaving, setLeaving] = useState(false);
  const unready = whyNot ?? (integration.instance ? undefined : "Connect Halo first.");
  async function resync() {
    await value(api.POST("/api/v1/syncs", { body: { kind: "resync", join: true } }));
    await reload();
  }
  async function refresh() {
    const { id } = await value(api.POST("/api/v1/integrations/halo/reference/refresh", { body: { lists: [] } }));
    setCommand({ id, name: "Sync PSA Data" });
  }
  async function pause() {
    onChange(await value(api.PATCH("/api/v1/integrations/halo", { body: { paused: !integration.paused } })));
  }
  return (
    <>
      <div className="bar" style={{ marginTop: "1rem" }}>
        <Action onPress={() => go("/setup")}>Configure</Action>
        {integration.instance && (
          <>
            <Action variant="default" onPress={resync} whyNot={unready}>
              Resync
            </Action>
            <Action variant="default" onPress={refresh} whyNot={unready}>
              Sync PSA Data
            </Action>
            {integration.completed && (
              <Action variant="default" onPress={pause} whyNot={unready}>
                {integration.paused ? "Resume the schedule" : "Pause the schedule"}
              </Action>
            )}
            <Action variant="default" onPress={() => setLeaving(true)} whyNot={unready}>
              Disconnect
            </Action>
          </>
        )}
      </div>
      {command && <CommandLine {...command} />}
      {leaving && <Disconnect onClose={() => setLeaving(false)} reload={reload} />}
    </>
  );
}

function Disconnect({ onClose, reload }: { onClose: () => void; reload: () => Promise<void> }) {
  const [deleteData, setDeleteData] = useState(false);
  async function disconnect() {
    const params = { query: { delete_data: deleteData } };
    await value(api.DELETE("/api/v1/integrations/halo/connection", { params }));
    await reload();
  }
  return (
    <Confirm title="Disconnect Halo" button="Disconnect" {...(deleteData ? { word: "delete" } : {})} onConfirm={disconnect} onClose={onClose}>
      <p>Nothing is synced any more, and the client secret is forgotten. Your settings stay for the same Halo.</p>
      <Checkbox
        label="Delete all synced data as well"
        description="Tickets, comments, companies and contacts leave the portal. Nothing is deleted in Halo."
        checked={deleteData}
        onChange={(event) => setDeleteData(event.currentTarget.checked)}
        mb="md"
      />
    </Confirm>
  );
}
