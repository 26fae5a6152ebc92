/** A status as a pill; never by colour alone. */
import type { ReactNode } from "react";

import type { Tone } from "./Note";

const MARKS: Record<Tone, string> = { good: "✓", warn: "!", bad: "✕", info: "↻", quiet: "○" };

export function State({ tone, children }: { tone: Tone; children: ReactNode }) {
  return (
    <span className="state" data-tone={tone}>
      <span aria-hidden="true">{MARKS[tone]}</span>
      <span>{children}</span>
    </span>
  );
}
