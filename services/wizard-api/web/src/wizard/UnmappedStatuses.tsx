/** Statuses in no stage, with the tickets that would show an empty stepper. */
import { Select } from "@mantine/core";

import type { Stage } from "../api/types";
import { Note } from "../parts/Note";
import { STAGES } from "../parts/StageStepper";
import type { TicketProps } from "./StatusSettings";
import { unmapped, withStage } from "./stages";

export function UnmappedStatuses({ settings, edit, disabled, statuses, excluded }: TicketProps & { excluded: readonly number[] }) {
  const stages = settings.stages ?? {};
  const open = unmapped(stages, statuses, excluded);
  const empty = open.filter((status) => !status.tickets);
  const held = open.filter((status) => status.tickets);
  const tickets = open.reduce((sum, status) => sum + (status.tickets ?? 0), 0);
  if (statuses.length === 0) return null;
  if (open.length === 0) {
    return (
      <Note tone="good">
        <p>Every status is in a stage.</p>
      </Note>
    );
  }
  return (
    <section aria-labelledby="unmapped" style={{ maxWidth: "40rem" }}>
      <h3 id="unmapped">In no stage yet</h3>
      <p className="quiet">
        {open.length} status{open.length === 1 ? "" : "es"}, {tickets.toLocaleString()} tickets: their stepper stays empty.
      </p>
      <ul className="check">
        {(held.length > 0 ? held : open).map((status) => (
          <li key={status.id} style={{ gridTemplateColumns: "minmax(0, 1fr) 9rem", alignItems: "center" }}>
            <div>
              {status.name} <span className="quiet">({(status.tickets ?? 0).toLocaleString()} tickets)</span>
            </div>
            <Select
              aria-label={`Stage for ${status.name}`}
              placeholder="Put into …"
              data={STAGES.map((stage) => ({ value: stage.value, label: stage.name }))}
              value={null}
              onChange={(stage) => stage && edit({ stages: withStage(stages, stage as Stage, [...(stages[stage as Stage] ?? []), Number(status.id)]) })}
              disabled={disabled}
            />
          </li>
        ))}
      </ul>
      {held.length > 0 && empty.length > 0 && <p className="why">Without tickets now: {empty.map((status) => status.name).join(", ")}.</p>}
    </section>
  );
}
