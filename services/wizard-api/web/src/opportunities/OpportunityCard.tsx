/** Opportunity Settings: defaults of those that are made here, and which ones of Halo come into the planner. */
import type { OpportunitySettings } from "../api/types";
import { Note } from "../parts/Note";
import { ProblemNote } from "../parts/ProblemNote";
import { ConflictNote } from "../settings/ConflictNote";
import type { Editing } from "../settings/useSettings";
import { AutoImportOpportunities } from "./AutoImportOpportunities";
import { Defaults } from "./Defaults";
import { describe } from "./words";

interface Props {
  editing: Editing<OpportunitySettings>;
  disabled: boolean;
}

export function OpportunityCard({ editing, disabled }: Props) {
  const settings = editing.value;
  if (!settings) return editing.problem ? <ProblemNote problem={editing.problem.document} /> : null;
  const flags = (editing.saved as { flags?: { field: string; message: string }[] } | undefined)?.flags ?? [];
  const shared = { settings, edit: editing.edit, disabled, problem: editing.problem };
  return (
    <section className="card" aria-labelledby="opportunity-settings" style={{ marginTop: "1rem" }}>
      <h2 id="opportunity-settings">Opportunity Settings</h2>
      {flags.length > 0 && !editing.changed && (
        <Note tone="warn">
          {flags.map((flag) => (
            <p key={flag.field}>
              {describe(flag.field as keyof OpportunitySettings, null).name} {flag.message}
            </p>
          ))}
        </Note>
      )}
      <Defaults {...shared} />
      <AutoImportOpportunities {...shared} />
      {editing.problem && <ProblemNote problem={editing.problem.document} />}
      <ConflictNote editing={editing} describe={describe} />
    </section>
  );
}
