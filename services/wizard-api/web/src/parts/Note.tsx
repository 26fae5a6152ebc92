/** A box that says something: a hint, a warning, a success, a failure. */
import type { ReactNode } from "react";

export type Tone = "good" | "warn" | "bad" | "info" | "quiet";

export function Note({ tone = "info", children }: { tone?: Tone; children: ReactNode }) {
  return (
    <div className="note" data-tone={tone}>
      {children}
    </div>
  );
}
