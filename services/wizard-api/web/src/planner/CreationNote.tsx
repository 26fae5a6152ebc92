/** Where an opportunity is on its way to Halo: sending, sent, refused in Halo's words, or to be reviewed. */
import type { Creation } from "../api/types";
import { Note } from "../parts/Note";
import { ProblemNote } from "../parts/ProblemNote";
import { State } from "../parts/State";
import type { Tone } from "../parts/Note";

export const CREATIONS: Record<Creation["state"], [string, Tone]> = {
  sending: ["Sending", "info"],
  sent: ["Sent", "good"],
  refused: ["Refused", "bad"],
  needs_review: ["Needs review", "warn"],
};

export function CreationNote({ creation }: { creation: Creation }) {
  const [word, tone] = CREATIONS[creation.state];
  return (
    <div role="status" aria-live="polite" style={{ margin: "1rem 0" }}>
      <Note tone={tone}>
        <p>
          <State tone={tone}>{word}</State> {says(creation)}
        </p>
      </Note>
      {creation.problem && <ProblemNote problem={creation.problem} />}
    </div>
  );
}

function says({ state, opportunity }: Creation): string {
  if (state === "sending") return "The opportunity is on its way to Halo. You may close this: it goes on.";
  if (state === "sent") return `Halo has made opportunity ${opportunity ?? ""}. It shows in the planner within seconds.`;
  if (state === "refused") return "Halo did not make the opportunity.";
  return "Nobody can tell whether Halo has it: look for it in Halo. If it is there, import it; if it is not, send it again.";
}
