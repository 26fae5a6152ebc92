/** Step 2: what is synced, whether contacts become users, and which tickets. */
import { Select } from "@mantine/core";

import { api, value } from "../api/client";
import { ProblemError } from "../api/problem";
import type { SyncSettings } from "../api/types";
import { Bones } from "../parts/Bones";
import { ProblemNote } from "../parts/ProblemNote";
import { namesOf, useChoices } from "../settings/choices";
import { ConflictNote } from "../settings/ConflictNote";
import { syncSettings } from "../settings/kinds";
import { useSettings } from "../settings/useSettings";
import { AutoImport } from "./AutoImport";
import { EffectNote } from "./EffectNote";
import type { StepProps } from "./step";
import { StepFooter } from "./StepFooter";
import { describeSync, whyNotSave } from "./syncWords";
import { TicketScope } from "./TicketScope";
import { Toggles } from "./Toggles";

export function SyncStep({ whyNot, goOn, onBack }: StepProps) {
  const editing = useSettings(syncSettings);
  const teams = useChoices("teams", true);
  const statuses = useChoices("statuses", true);
  const settings = editing.value;
  if (!settings) {
    return editing.problem ? <ProblemNote problem={editing.problem.document} /> : <Bones lines={8} label="Loading the sync settings" />;
  }
  const edit = (change: Partial<SyncSettings>) => editing.edit(change);

  async function next() {
    if (!whyNot) {
      if (!(await editing.save())) return;
      await startSync();
    }
    await goOn("configure");
  }
  return (
    <section className="card" aria-labelledby="sync">
      <h2 id="sync">Sync</h2>
      <Toggles settings={settings} edit={edit} disabled={!!whyNot} />
      <AutoImport settings={settings} edit={edit} disabled={!!whyNot} problem={editing.problem} />
      <TicketScope settings={settings} edit={edit} disabled={!!whyNot} teams={teams.value} statuses={statuses.value} problem={editing.problem} reload={teams.reload} />
      <Select
        label="Sync every"
        data={[
          { value: "5", label: "5 minutes" },
          { value: "15", label: "15 minutes" },
          { value: "30", label: "30 minutes" },
        ]}
        value={String(settings.interval_minutes ?? 15)}
        onChange={(minutes) => minutes && edit({ interval_minutes: Number(minutes) as 5 | 15 | 30 })}
        disabled={!!whyNot}
        allowDeselect={false}
        maw={220}
        mb="md"
      />
      {editing.changed && <EffectNote settings={settings} whyNot={whyNotSave(settings)} />}
      {editing.problem && <ProblemNote problem={editing.problem.document} />}
      <ConflictNote editing={editing} describe={(field, held) => describeSync(field, held, (ids) => namesOf(field === "teams" ? teams.value : statuses.value, ids))} />
      <p className="why">When you go on, the data sync begins in the background. Going back and forth does not start it again.</p>
      <StepFooter onBack={onBack} onNext={next} whyNot={whyNot ? undefined : whyNotSave(settings)} />
    </section>
  );
}

/** The same sync within two minutes is the one that runs already: the server sees to that. */
async function startSync(): Promise<void> {
  try {
    await value(api.POST("/api/v1/syncs", { body: { kind: "quick", join: false } }));
  } catch (error) {
    if (!(error instanceof ProblemError && error.code === "nothing-to-sync")) throw error;
  }
}
