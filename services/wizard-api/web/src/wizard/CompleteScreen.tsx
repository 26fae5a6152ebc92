/** The end of the wizard: configured, and what happens now; or what is missing. */
import { Anchor } from "@mantine/core";

import type { Integration } from "../api/types";
import { useRun } from "../api/useRun";
import { follow } from "../app/router";
import { Note } from "../parts/Note";
import { When } from "../parts/When";
import { RunCard } from "../runs/RunCard";
import { MissingNote, useComplete } from "./Completing";
import type { StepProps } from "./step";
import { StepFooter } from "./StepFooter";

export function CompleteScreen({ integration, whyNot, goOn, onBack, setIntegration }: StepProps & { setIntegration: (value: Integration) => void }) {
  const { complete, missing } = useComplete(setIntegration, goOn);
  const run = useRun(integration.open_runs.at(-1));
  return (
    <section className="card" aria-labelledby="complete">
      <h2 id="complete">Complete Setup</h2>
      {integration.completed ? (
        <>
          <Note tone="good">
            <p>
              <strong>Your Halo PSA integration is now configured!</strong>
            </p>
            <p>
              Next sync: <When at={integration.next_sync_at} never="none" />. You can come back at any time by clicking Configure on the Halo card.
            </p>
          </Note>
          <p>
            <Anchor href="/" onClick={follow} underline="always">
              To the integrations
            </Anchor>{" "}
            ·{" "}
            <Anchor href="/tickets" onClick={follow} underline="always">
              To the tickets
            </Anchor>
          </p>
          {run && <RunCard run={run} />}
        </>
      ) : (
        <>
          <p>Nothing is synced on schedule until the setup is complete.</p>
          <MissingNote missing={missing} />
          <StepFooter onBack={onBack} onNext={complete} next="Complete Setup" whyNot={whyNot} />
        </>
      )}
    </section>
  );
}
