/** One of Halo's opportunities, whole. */

import { api, value } from "../api/client";
import { useResource } from "../api/useResource";
import { Bones } from "../parts/Bones";
import { Dialog } from "../parts/Dialog";
import { Facts } from "../parts/Facts";
import { amount, day } from "../parts/money";
import { ProblemNote } from "../parts/ProblemNote";
import { State } from "../parts/State";
import { OPPORTUNITY_STATES } from "../planner/words";

export function OpportunityDetail({ id, onClose }: { id: number; onClose: () => void }) {
  const found = useResource(`opportunity-${id}`, () => value(api.GET("/api/v1/opportunities/{id}", { params: { path: { id } } })));
  const shown = found.value;
  return (
    <Dialog onClose={onClose} size="xl" title={shown ? `#${id} ${shown.title}` : `Opportunity #${id}`}>
      {found.problem && <ProblemNote problem={found.problem.document} />}
      {!shown && !found.problem && <Bones lines={6} label="Loading the opportunity" />}
      {shown && (
        <>
          <Facts
            facts={[
              ["State", <State tone={OPPORTUNITY_STATES[shown.state][1]}>{OPPORTUNITY_STATES[shown.state][0]}</State>],
              ["Company", shown.company?.name ?? shown.prospect],
              ["Value", amount(shown.value)],
              ["Probability", shown.probability === null ? null : `${shown.probability} %`],
              ["Due", day(shown.due)],
              ["Workflow", shown.workflow?.name],
              ["Stage", shown.stage],
              ["Type", shown.type],
              ["Categories", shown.categories.filter(Boolean).join(", ") || null],
              ["Agent", shown.agent?.name],
              ["Contact", shown.contact_name],
            ]}
          />
          {shown.description && <pre style={{ fontFamily: "inherit" }}>{shown.description}</pre>}
        </>
      )}
    </Dialog>
  );
}
