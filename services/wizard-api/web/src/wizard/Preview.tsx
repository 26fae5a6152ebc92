/** The stepper on a real ticket, with the mapping as it stands here, saved or not. */
import { Select } from "@mantine/core";
import { useState } from "react";

import { api, value } from "../api/client";
import type { TicketSettings } from "../api/types";
import { useResource } from "../api/useResource";
import { useMay } from "../app/permissions";
import { StageStepper } from "../parts/StageStepper";
import { stageOf } from "./stages";

export function Preview({ settings }: { settings: TicketSettings }) {
  const may = useMay("tickets:read");
  const tickets = useResource(may ? "preview-tickets" : null, () => value(api.GET("/api/v1/tickets", { params: { query: { limit: 25 } } })));
  const [chosen, setChosen] = useState<string | null>(null);
  const items = tickets.value?.items ?? [];
  const ticket = items.find((each) => String(each.id) === chosen) ?? items[0];
  if (!may) return null;
  return (
    <section aria-labelledby="preview" style={{ marginBottom: "1.6rem" }}>
      <h3 id="preview">Preview</h3>
      {!ticket && <p className="quiet">As soon as the first tickets are synced, one of them shows how the stepper looks.</p>}
      {ticket && (
        <>
          <Select
            label="Ticket"
            data={items.map((each) => ({ value: String(each.id), label: `#${each.id} ${each.summary}` }))}
            value={String(ticket.id)}
            onChange={setChosen}
            allowDeselect={false}
            searchable
            mb="sm"
          />
          <p>
            Status in Halo: <strong>{ticket.status?.name ?? "unknown"}</strong>
          </p>
          <StageStepper stage={stageOf(settings.stages ?? {}, ticket.status?.id)} />
        </>
      )}
    </section>
  );
}
