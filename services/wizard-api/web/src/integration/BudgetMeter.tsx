/** How much of Halo's rate limit is spent. */
import type { Integration } from "../api/types";

export function BudgetMeter({ budget }: { budget: NonNullable<Integration["budget"]> }) {
  const percent = budget.limit > 0 ? Math.round((100 * budget.used) / budget.limit) : 0;
  return (
    <div>
      <dt id="budget">Halo's rate limit</dt>
      <dd>
        <progress className="meter" aria-labelledby="budget" max={budget.limit} value={budget.used} />
        <div className="why">
          Halobus used {percent} % of Halo's limit{budget.others ? "; others use some too" : ""}. Its share is{" "}
          {Math.round(budget.share * 100)} %.
        </div>
      </dd>
    </div>
  );
}
