/** A problem as the API tells it: what, why, what to do, Halo's own words, and the trace id to quote. */
import { Note } from "./Note";

interface Told {
  title: string;
  detail?: string;
  remedy?: string;
  halo?: string | null;
  errors?: { field: string; message: string }[];
  trace_id?: string | null;
}

export function ProblemNote({ problem }: { problem: Told }) {
  return (
    <div role="alert">
      <Note tone="bad">
        <p>
          <strong>{problem.title}</strong>
        </p>
        {problem.detail && <p>{problem.detail}</p>}
        {(problem.errors ?? []).map((error) => (
          <p key={error.field + error.message}>
            {error.field}: {error.message}
          </p>
        ))}
        {problem.remedy && <p>{problem.remedy}</p>}
        {problem.halo && <p className="words">Halo says: {problem.halo}</p>}
        {problem.trace_id && <p className="why">Trace id {problem.trace_id}</p>}
      </Note>
    </div>
  );
}
