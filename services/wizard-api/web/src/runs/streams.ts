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
  return {
    stream,
    reads,
    listed: sum(reads.map((read) => read.listed)),
    applied: sum(reads.map((read) => read.applied)),
    total: totalOf(reads),
    waitingFor: reads.find((read) => read.waiting_for)?.waiting_for ?? null,
    state: stateOf(reads),
  };
}

/** Of a read that is over counts what it listed: where a long list is read in parts, its total holds all of them. */
function totalOf(reads: Read[]): number | null {
  const told = reads.flatMap((read) => (read.total === null ? [] : [read.total]));
  if (told.length === 0) return null;
  const parts = reads.map((read) => (read.state === "queued" || read.state === "reading" ? Math.max(read.total ?? 0, read.listed) : read.listed));
  return Math.max(...told, sum(parts));
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
