/** What of a budget is used: said in figures, shown as a bar. */
import type { Project } from "../api/types";
import { amount } from "../parts/money";

export function Budget({ name, budget, unit }: { name: string; budget: Project["time"]; unit?: string }) {
  const { actual, budget: whole, used, over } = budget;
  const suffix = unit ? `\u00a0${unit}` : "";
  if (whole === null) return <span className="quiet">{actual ? `${amount(actual)}${suffix}, no budget` : "–"}</span>;
  return (
    <span style={{ display: "block", minWidth: "7.5rem" }}>
      <span>
        {amount(actual ?? 0)} of {amount(whole)}
        {suffix}
      </span>
      <progress className="meter" data-tone={over ? "warn" : "good"} aria-label={name} max={1} value={Math.min(used ?? 0, 1)} />
    </span>
  );
}
