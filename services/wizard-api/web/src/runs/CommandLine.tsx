/** One line about a command that somebody has just given: how it goes and how it ended. */
import { useRun } from "../api/useRun";
import { ProblemNote } from "../parts/ProblemNote";
import { State } from "../parts/State";
import { stateOf } from "./words";

export function CommandLine({ id, name }: { id: string; name: string }) {
  const run = useRun(id);
  const [word, tone] = run ? stateOf(run) : (["Asked for", "info"] as const);
  return (
    <div style={{ marginTop: "0.8rem" }}>
      <p role="status" aria-live="polite">
        {name}: <State tone={tone}>{word}</State>
      </p>
      {run?.problem && <ProblemNote problem={run.problem} />}
    </div>
  );
}
