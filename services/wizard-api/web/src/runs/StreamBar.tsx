/** One stream of a run: how much of what Halo holds was read and stored; its single reads where one looks closer. */
import { useId } from "react";

import type { StreamProgress } from "./streams";
import { readName, streamName } from "./words";

export function StreamBar({ progress, running }: { progress: StreamProgress; running: boolean }) {
  const id = useId();
  const { stream, state, listed, applied, total, reads } = progress;
  const over = state === "applied";
  const most = Math.max(total ?? 0, listed, 1);
  const done = state === "applying" ? applied : listed;
  return (
    <div style={{ margin: "0.7rem 0" }}>
      <div className="spread">
        <span id={id}>{streamName(stream)}</span>
        <span className="why">{words(progress)}</span>
      </div>
      <progress className="meter" aria-labelledby={id} data-tone={over ? "good" : state === "failed" ? "warn" : undefined} max={most} value={over ? most : done} />
      {reads.length > 1 && !running && (
        <details className="why">
          <summary>{reads.length} reads</summary>
          <ul>
            {reads.map((read, index) => (
              <li key={index}>
                {readName(read)}: {read.listed.toLocaleString()} listed in {read.requests} request{read.requests === 1 ? "" : "s"}
                {read.removed > 0 && `, ${read.removed.toLocaleString()} removed`}
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}

function words({ state, listed, applied, total, waitingFor }: StreamProgress): string {
  const read = listed.toLocaleString();
  if (state === "queued") return "not begun";
  if (state === "applied") return listed === 0 ? "nothing new" : `${read} read and stored`;
  if (waitingFor) return `${applied.toLocaleString()} of ${read} stored, waiting for ${waitingFor}`;
  if (state === "applying") return `${applied.toLocaleString()} of ${read} stored`;
  return total === null ? `${read} read` : `${read} of ${total.toLocaleString()} read`;
}
