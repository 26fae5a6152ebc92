/** The Halo card: status, last and next sync, the budget, and what can be done. */
import { Anchor } from "@mantine/core";

import type { Integration } from "../api/types";
import { useWhyNot } from "../app/permissions";
import { follow } from "../app/router";
import type { Tone } from "../parts/Note";
import { Note } from "../parts/Note";
import { ProblemNote } from "../parts/ProblemNote";
import { State } from "../parts/State";
import { When } from "../parts/When";
import { BudgetMeter } from "./BudgetMeter";
import { CardActions } from "./CardActions";

const TONES: Record<Integration["status"], Tone> = { Connected: "good", Syncing: "info", Error: "bad", Disconnected: "quiet" };

interface Props {
  integration: Integration;
  onChange: (changed: Integration) => void;
  reload: () => Promise<void>;
}

export function HaloCard({ integration, onChange, reload }: Props) {
  const whyNot = useWhyNot("integrations:manage");
  return (
    <section className="card" aria-labelledby="halo-card">
      <div className="spread">
        <h2 id="halo-card">Halo</h2>
        <div role="status" aria-live="polite">
          <State tone={TONES[integration.status]}>{integration.status}</State>
        </div>
      </div>
      {integration.problem && <ProblemNote problem={integration.problem} />}
      {integration.instance ? <Facts integration={integration} /> : <Unconnected />}
      {integration.instance && !integration.completed && (
        <Note tone="warn">
          <p>
            The setup is not complete yet: nothing is synced on schedule until <strong>Complete Setup</strong>.{" "}
            <Anchor href="/setup" onClick={follow} underline="always">
              Continue the setup
            </Anchor>
          </p>
        </Note>
      )}
      <CardActions integration={integration} whyNot={whyNot} onChange={onChange} reload={reload} />
    </section>
  );
}

function Unconnected() {
  return <p>Halo is not connected. Click Configure: connecting takes a Halo URL, a Client ID and a Client Secret, about five minutes in all.</p>;
}

function Facts({ integration }: { integration: Integration }) {
  return (
    <dl className="facts">
      <div>
        <dt>Halo instance</dt>
        <dd>{integration.instance}</dd>
      </div>
      <div>
        <dt>Last sync</dt>
        <dd>
          <When at={integration.last_sync?.finished} />
        </dd>
      </div>
      <div>
        <dt>Next sync</dt>
        <dd>
          {integration.paused ? "paused" : <When at={integration.next_sync_at} never="none" />}
          {integration.next_sync_reason && <div className="why">{integration.next_sync_reason}</div>}
        </dd>
      </div>
      {integration.budget && <BudgetMeter budget={integration.budget} />}
    </dl>
  );
}
