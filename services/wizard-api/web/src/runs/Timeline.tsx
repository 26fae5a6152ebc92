/** The last syncs as bars: how long each took, and how it ended. The list below says the same in words. */
import type { Run } from "../api/types";
import { chart } from "./chart";
import { duration } from "./words";

const COLOURS = { good: "var(--good)", warn: "var(--warn)", bad: "var(--bad)", info: "var(--link)", quiet: "var(--quiet)" };

export function Timeline({ runs }: { runs: Run[] }) {
  const bars = chart(runs, Date.now());
  const longest = Math.max(...bars.map((bar) => bar.seconds));
  const failed = bars.filter((bar) => bar.tone === "bad").length;
  return (
    <section className="card" aria-labelledby="timeline">
      <h2 id="timeline">{runs.length === 1 ? "The last sync" : `The last ${runs.length} syncs`}</h2>
      <svg className="chart" viewBox="0 0 600 102" preserveAspectRatio="none" role="img" aria-label={`The longest took ${duration(longest)}; ${failed === 0 ? "none" : failed} failed.`}>
        <line x1="0" x2="600" y1="100" y2="100" stroke="var(--line)" />
        {bars.map((bar) => (
          <rect key={bar.id} x={bar.x} width={bar.width} y={100 - bar.height} height={bar.height} fill={COLOURS[bar.tone]} rx="2">
            <title>{bar.title}</title>
          </rect>
        ))}
      </svg>
      <p className="why">Oldest on the left. The tallest bar took {duration(longest)}.</p>
    </section>
  );
}
