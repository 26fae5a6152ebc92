/** A sync as it goes: a bar per stream against Halo's total, what it waits for, the sum, Halo's words, the trace id. */
import type { Run } from "../api/types";
import { Note } from "../parts/Note";
import { ProblemNote } from "../parts/ProblemNote";
import { State } from "../parts/State";
import { When } from "../parts/When";
import { RunActions } from "./RunActions";
import { StreamBar } from "./StreamBar";
import { byStream } from "./streams";
import { Sums } from "./Sums";
import { WaitingLine } from "./WaitingLine";
import { duration, nameOf, stateOf } from "./words";

export function RunCard({ run }: { run: Run }) {
  const [word, tone] = stateOf(run);
  const id = `run-${run.id}`;
  return (
    <section className="card" aria-labelledby={id}>
      <div className="spread">
        <h2 id={id}>{nameOf(run)}</h2>
        <div role="status" aria-live="polite">
          <State tone={tone}>{word}</State>
        </div>
      </div>
      <p className="why">
        By {run.actor}, <When at={run.created} />
        {!run.ended && run.eta_seconds != null && <>; about {duration(run.eta_seconds)} left</>}
        {run.finished && run.started && <>; took {duration((Date.parse(run.finished) - Date.parse(run.started)) / 1000)}</>}
      </p>
      <WaitingLine run={run} />
      {run.problem && <ProblemNote problem={run.problem} />}
      {byStream(run.reads ?? []).map((progress) => (
        <StreamBar key={progress.stream} progress={progress} running={!run.ended} />
      ))}
      {run.ended && (run.reads ?? []).length > 0 && <Sums reads={run.reads ?? []} />}
      {run.difference ? (
        <Note tone="warn">
          <p>
            Halo counted {Math.abs(run.difference)} {run.difference > 0 ? "more" : "fewer"} than it listed. Nothing is removed on such a
            count; the next sync looks again.
          </p>
        </Note>
      ) : null}
      <RunActions run={run} />
      {run.trace && <p className="why">Trace id {run.trace}</p>}
    </section>
  );
}
