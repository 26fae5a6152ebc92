/** Step 3: which statuses mean closed, what a comment does, and the five stages of the stepper. */
import { Bones } from "../parts/Bones";
import { ProblemNote } from "../parts/ProblemNote";
import { namesOf, useChoices } from "../settings/choices";
import { ConflictNote } from "../settings/ConflictNote";
import { opportunitySettings, syncSettings, ticketSettings } from "../settings/kinds";
import { useSettings } from "../settings/useSettings";
import { OpportunityCard } from "../opportunities/OpportunityCard";
import { describeTickets } from "./configureWords";
import { Preview } from "./Preview";
import { StageMapping } from "./StageMapping";
import { StatusSettings } from "./StatusSettings";
import type { StepProps } from "./step";
import { StepFooter } from "./StepFooter";
import { SyncActions } from "./SyncActions";
import { UnmappedStatuses } from "./UnmappedStatuses";

export function ConfigureStep({ whyNot, goOn, onBack, integration }: StepProps) {
  const editing = useSettings(ticketSettings);
  const opportunities = useSettings(opportunitySettings);
  const sync = useSettings(syncSettings).saved?.value;
  const statuses = useChoices("statuses", true);
  const outcomes = useChoices("outcomes");
  const settings = editing.value;
  if (!settings) {
    return editing.problem ? <ProblemNote problem={editing.problem.document} /> : <Bones lines={8} label="Loading the ticket settings" />;
  }
  async function next() {
    if (!whyNot) {
      if (!(await editing.save())) return;
      if (opportunities.changed && !(await opportunities.save())) return;
    }
    await goOn("import");
  }
  const shared = { settings, edit: editing.edit, disabled: !!whyNot, statuses: statuses.value ?? [], problem: editing.problem };
  return (
    <>
      <section className="card" aria-labelledby="configure">
        <h2 id="configure">Ticket Settings</h2>
        <div className="halves">
          <div>
            <StatusSettings {...shared} outcomes={outcomes.value ?? []} />
            <StageMapping {...shared} />
          </div>
          <div className="beside">
            <Preview settings={settings} />
            <UnmappedStatuses {...shared} excluded={sync?.excluded_statuses ?? []} />
          </div>
        </div>
        <SyncActions integration={integration} whyNot={whyNot} />
        {editing.problem && <ProblemNote problem={editing.problem.document} />}
        <ConflictNote editing={editing} describe={(field, value) => describeTickets(field, value, statuses.value ?? [], outcomes.value ?? [], namesOf)} />
      </section>
      {sync?.opportunities && <OpportunityCard editing={opportunities} disabled={!!whyNot} />}
      <StepFooter onBack={onBack} onNext={next} whyNot={undefined} />
    </>
  );
}
