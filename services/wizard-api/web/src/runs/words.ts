/** Runs in plain words: states, kinds, streams, what they wait for. */
import type { Read, Run, StreamName } from "../api/types";
import type { Tone } from "../parts/Note";

const STREAMS: Record<StreamName, string> = {
  reference: "Lists",
  companies: "Companies",
  contacts: "Contacts",
  tickets: "Tickets",
  comments: "Comments",
  opportunities: "Opportunities",
  projects: "Projects",
  assets: "Assets",
};

export function streamName(stream: StreamName): string {
  return STREAMS[stream];
}

const STATES: Record<Run["state"], [string, Tone]> = {
  queued: ["Waiting for its turn", "info"],
  running: ["Running", "info"],
  reading: ["Reading from Halo", "info"],
  waiting: ["Waiting", "warn"],
  applying: ["Storing", "info"],
  sending: ["Sending", "info"],
  unknown: ["Checking with Halo", "warn"],
  applied: ["Done", "good"],
  done: ["Done", "good"],
  sent: ["Sent", "good"],
  failed: ["Failed", "bad"],
  refused: ["Refused by Halo", "bad"],
  cancelled: ["Cancelled", "quiet"],
  superseded: ["Replaced by a newer sync", "quiet"],
  needs_review: ["Needs review", "warn"],
};

export function stateOf(run: Run): [string, Tone] {
  if (run.state === "applied" && run.approval && !run.approval.accepted_by) return ["Done; removals wait for approval", "warn"];
  if (run.state === "applied" && run.difference) return [`Done, with a difference of ${run.difference}`, "warn"];
  return STATES[run.state];
}

const MODES: Record<string, string> = { quick: "Quick Sync", resync: "Resync", clear: "Clear & Resync" };
const KINDS: Record<string, string> = {
  "connection.test": "Test Connection",
  "connection.disconnect": "Disconnect",
  "reference.refresh": "Sync PSA Data",
  "ticket.comment": "Comment",
};

export function nameOf(run: Run): string {
  if (run.kind !== "sync") return KINDS[run.kind] ?? run.kind;
  return run.scheduled ? "Scheduled sync" : (MODES[run.mode ?? ""] ?? "Sync");
}

const READS: Record<Read["kind"], string> = {
  lists: "pick lists",
  recent: "what moved lately",
  full: "everything",
  incremental: "changes",
  repair: "repairs",
  deleted: "deletions",
  census: "count of ids",
  removals: "removals",
  comments: "comments",
};

export function readName(read: Read): string {
  return `${streamName(read.stream)}: ${READS[read.kind]}`;
}

/** ``3 min 20 s``. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

export function waitingFor(run: Run): string | null {
  if (!run.waiting) return null;
  const { reason, detail } = run.waiting;
  if (reason === "budget") return "Waiting for Halo's rate limit";
  if (reason === "halo") return detail ? `Waiting for Halo: ${detail}` : "Waiting for Halo";
  return detail || "Waiting for the data to be stored";
}
