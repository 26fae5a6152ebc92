/** An item of one's own becomes an opportunity in Halo. */
import { Checkbox } from "@mantine/core";
import { useState } from "react";

import { Action } from "../parts/Action";
import { ProblemNote } from "../parts/ProblemNote";
import { CreationNote } from "./CreationNote";
import type { ItemProps } from "./ItemDetail";
import { SentWith } from "./SentWith";
import { useCreation } from "./useCreation";

export function ItemOpportunity({ item, whyNot, onChange }: ItemProps) {
  const { creation, problem, ask } = useCreation(item.creation, onChange);
  const [looked, setLooked] = useState(false);
  if (item.opportunity !== null) return null;
  const review = creation?.state === "needs_review";
  const under = creation?.state === "sending" || creation?.state === "sent";
  const missing = item.company ? (review && !looked ? "Look for it in Halo first." : undefined) : "Choose its company and save first.";
  return (
    <section className="part" aria-labelledby="to-halo">
      <h3 id="to-halo">Opportunity in Halo</h3>
      {creation && <CreationNote creation={creation} />}
      {!under && (
        <>
          <SentWith errors={problem?.document.errors ?? creation?.errors ?? []} />
          {problem && <ProblemNote problem={problem.document} />}
          {review && <Checkbox label="I have looked: Halo has no such opportunity" checked={looked} onChange={(event) => setLooked(event.currentTarget.checked)} my="sm" />}
          <Action onPress={() => ask({ item: item.id, ...(review ? { again: true } : {}) })} whyNot={whyNot ?? missing}>
            {creation ? "Create Opportunity again" : "Create Opportunity"}
          </Action>
        </>
      )}
    </section>
  );
}
