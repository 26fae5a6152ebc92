/** The Resolution Status Stepper: where a ticket stands, from New to Resolved. */
import type { Stage } from "../api/types";

export const STAGES: { value: Stage; name: string; about: string }[] = [
  { value: "new", name: "New", about: "Newly created or not yet triaged" },
  { value: "triaged", name: "Triaged", about: "Reviewed and categorized" },
  { value: "working", name: "Working", about: "Actively being worked on" },
  { value: "waiting", name: "Waiting", about: "Waiting for the customer or somebody else" },
  { value: "resolved", name: "Resolved", about: "Completed" },
];

export function StageStepper({ stage }: { stage: Stage | null }) {
  const reached = STAGES.findIndex((each) => each.value === stage);
  return (
    <>
      <ol className="stepper" aria-label="Resolution status">
        {STAGES.map((each, index) => (
          <li key={each.value} data-reached={index <= reached || undefined} aria-current={index === reached ? "step" : undefined}>
            {each.name}
          </li>
        ))}
      </ol>
      {stage === null && <p className="why">Its status is in no stage: map it, or the stepper stays empty.</p>}
    </>
  );
}
