/** One read of a stream: how much of what Halo holds was listed, and how much of that is stored. */
import { useId } from "react";

import type { Read } from "../api/types";
import { readName } from "./words";

export function ReadBar({ read, running }: { read: Read; running: boolean }) {
  const id = useId();
  const over = read.state === "applied";
  const done = over || read.state === "applying" ? read.applied : read.listed;
  const total = Math.max(read.total ?? 0, read.listed, 1);
  return (
    <div style={{ margin: "0.7rem 0" }}>
      <div className="spread">
        <span id={id}>{readName(read)}</span>
        <span className="why">{words(read)}</span>
      </div>
      <progress
        className="meter"
        aria-labelledby={id}
        data-tone={over ? "good" : read.state === "failed" ? "warn" : undefined}
        max={total}
        value={over ? total : running || read.state === "failed" ? done : 0}
      />
    </div>
  );
}

function words(read: Read): string {
  const listed = read.listed.toLocaleString();
  if (read.waiting_for) return `${read.applied.toLocaleString()} of ${listed} stored, waiting for ${read.waiting_for}`;
  if (read.state === "queued") return "not begun";
  if (read.state === "applied") return `${listed} read`;
  if (read.state === "applying") return `${read.applied.toLocaleString()} of ${listed} stored`;
  return read.total === null ? `${listed} read` : `${listed} of ${read.total.toLocaleString()} read`;
}
