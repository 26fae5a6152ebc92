/** A problem as the API tells it: what, why, what to do, Halo's own words, and the trace id to quote. */
import { Anchor } from "@mantine/core";

import { follow } from "../app/router";
import { Note } from "./Note";

interface Told {
  type?: string;
  title: string;
  detail?: string;
  remedy?: string;
  halo?: string | null;
  errors?: { field: string; message: string }[];
  trace_id?: string | null;
}

export function ProblemNote({ problem }: { problem: Told }) {
  if (problem.type?.endsWith(":not-connected")) return <NotConnected title={problem.title} />;
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

/** Nothing went wrong: there is something to do first, and here is where. */
function NotConnected({ title }: { title: string }) {
  return (
    <div className="card">
      <p>
        {title}: what it holds is shown here once it is.{" "}
        <Anchor href="/setup" onClick={follow} underline="always">
          Connect Halo
        </Anchor>
      </p>
    </div>
  );
}
