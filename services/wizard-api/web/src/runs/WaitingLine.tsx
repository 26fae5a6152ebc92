/** What a run waits for, and until when. */
import type { Run } from "../api/types";
import { Note } from "../parts/Note";
import { moment, useNow } from "../parts/When";
import { duration, waitingFor } from "./words";

export function WaitingLine({ run }: { run: Run }) {
  const now = useNow(1000);
  const words = waitingFor(run);
  if (!words) return null;
  const until = run.waiting?.until;
  const left = until ? (Date.parse(until) - now) / 1000 : null;
  return (
    <Note tone="warn">
      <p>
        {words}
        {until && left !== null && left > 0 ? `, until ${moment(until)} (${duration(left)}).` : "."}
      </p>
    </Note>
  );
}
