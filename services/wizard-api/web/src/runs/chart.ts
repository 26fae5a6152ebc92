/** The bars of the timeline: the oldest run on the left, heights by the square root, so that short ones are seen. */
import type { Run } from "../api/types";
import type { Tone } from "../parts/Note";
import { duration, nameOf, stateOf } from "./words";

const WIDTH = 600;
const HEIGHT = 95;
const LEAST = 4;

export interface Bar {
  id: string;
  x: number;
  width: number;
  height: number;
  seconds: number;
  tone: Tone;
  title: string;
}

/** ``runs``: the newest first, as the API lists them. ``now``: POSIX milliseconds, the end of a run that goes on. */
export function chart(runs: Run[], now: number): Bar[] {
  const took = [...runs].reverse().map((run) => ({ run, seconds: secondsOf(run, now) }));
  const longest = Math.max(1, ...took.map(({ seconds }) => seconds));
  const slot = Math.min(WIDTH / Math.max(1, took.length), 24);
  return took.map(({ run, seconds }, index) => {
    const [word, tone] = stateOf(run);
    const height = Math.max(LEAST, HEIGHT * Math.sqrt(seconds / longest));
    return { id: run.id, x: index * slot, width: slot - 3, height, seconds, tone, title: `${nameOf(run)}: ${word}, ${duration(seconds)}` };
  });
}

function secondsOf(run: Run, now: number): number {
  if (!run.started) return 0;
  return Math.max(0, ((run.finished ? Date.parse(run.finished) : now) - Date.parse(run.started)) / 1000);
}
