/** The sum of a run: listed by Halo = written + unchanged + filtered + stale + dead letters. */
import type { Read } from "../api/types";

const PARTS = ["written", "unchanged", "filtered", "stale", "dead_lettered"] as const;
const NAMES: Record<(typeof PARTS)[number], string> = {
  written: "written",
  unchanged: "unchanged",
  filtered: "outside the scope",
  stale: "older than what is here",
  dead_lettered: "unreadable",
};

export function Sums({ reads }: { reads: Read[] }) {
  const listed = reads.reduce((sum, read) => sum + read.listed, 0);
  const parts = PARTS.map((name) => ({ name, count: reads.reduce((sum, read) => sum + (read.sums[name] ?? 0), 0) }));
  const shown = parts.filter((part) => part.count > 0);
  if (listed === 0) return <p className="why">Nothing had changed in Halo.</p>;
  return (
    <p className="why">
      {listed.toLocaleString()} listed by Halo = {shown.map((part) => `${part.count.toLocaleString()} ${NAMES[part.name]}`).join(" + ") || "0"}
    </p>
  );
}
