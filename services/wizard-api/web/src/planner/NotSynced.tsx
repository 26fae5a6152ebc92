/** Said over a list whose stream is off: what is shown is as of then. */
import { Note } from "../parts/Note";
import { When } from "../parts/When";

export function NotSynced({ since }: { since: string | null }) {
  if (!since) return null;
  return (
    <div style={{ marginBottom: "1rem" }}>
      <Note tone="warn">
        <p>
          Not synced with Halo since <When at={since} />: what comes from Halo is as of then.
        </p>
      </Note>
    </div>
  );
}
