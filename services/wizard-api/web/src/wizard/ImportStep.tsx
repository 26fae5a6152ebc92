/** Step 4, optional: technicians become users, Halo's clients become companies; now, or later from their pages. */
import { Switch } from "@mantine/core";

import type { Integration } from "../api/types";
import { CompanyImport } from "../companies/CompanyImport";
import { useKept } from "../settings/drafts";
import { AgentImport } from "../users/AgentImport";
import { MissingNote, useComplete } from "./Completing";
import type { StepProps } from "./step";
import { StepFooter } from "./StepFooter";

export function ImportStep({ whyNot, goOn, onBack, setIntegration }: StepProps & { setIntegration: (value: Integration) => void }) {
  const [users, setUsers] = useKept("import-users-now", false);
  const [companies, setCompanies] = useKept("import-companies-now", false);
  const { complete, missing } = useComplete(setIntegration, goOn);
  return (
    <>
      <section className="card" aria-labelledby="import">
        <h2 id="import">Import</h2>
        <p className="quiet">This step is optional: skip it, and import later from the Companies and Users pages.</p>
        <Switch label="Import Users Now" description="Create user accounts for technicians and agents, your own staff; client contacts are not imported here" checked={users} onChange={(event) => setUsers(event.currentTarget.checked)} mb="md" />
        {users && <AgentImport draft="import-users" />}
        <Switch label="Import Companies Now" description="Import companies from Halo PSA, or link them to existing ones" checked={companies} onChange={(event) => setCompanies(event.currentTarget.checked)} mb="md" />
        {companies && <CompanyImport draft="import-companies" />}
      </section>
      <MissingNote missing={missing} />
      <StepFooter onBack={onBack} onNext={complete} next="Complete Setup" whyNot={whyNot} />
    </>
  );
}
