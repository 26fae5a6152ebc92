/** A run by stream: its reads added up, so that each stream is one bar. */
import type { Read, StreamName } from "../api/types";

export interface StreamProgress {
  stream: StreamName;
  reads: Read[];
  listed: number;
  applied: number;
  /** What Halo says it holds; null while it has not said. */
  total: number | null;
  waitingFor: string | null;
  state: "queued" | "reading" | "applying" | "applied" | "failed";
}

/** In the order in which the run reads them. */
export function byStream(reads: Read[]): StreamProgress[] {
  const streams = [...new Set(reads.map((read) => read.stream))];
  return streams.map((stream) => progress(stream, reads.filter((read) => read.stream === stream)));
}

function progress(stream: StreamName, reads: Read[]): StreamProgress {
  const known = reads.filter((read) => read.total !== null);
  return {
    stream,
    reads,
    listed: sum(reads.map((read) => read.listed)),
    applied: sum(reads.map((read) => read.applied)),
    total: known.length === 0 ? null : sum(reads.map((read) => Math.max(read.total ?? 0, read.listed))),
    waitingFor: reads.find((read) => read.waiting_for)?.waiting_for ?? null,
    state: stateOf(reads),
  };
}

function stateOf(reads: Read[]): StreamProgress["state"] {
  if (reads.some((read) => read.state === "failed")) return "failed";
  const open = reads.filter((read) => read.state !== "applied");
  if (open.length === 0) return "applied";
  if (open.every((read) => read.state === "queued")) return open.length === reads.length ? "queued" : "reading";
  return open.some((read) => read.state === "reading") ? "reading" : "applying";
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
