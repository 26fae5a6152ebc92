/** Create Opportunity: straight into Halo, complete with all defaults. */
import { Button } from "@mantine/core";
import { useState } from "react";

import { Action } from "../parts/Action";
import { Dialog } from "../parts/Dialog";
import { ProblemNote } from "../parts/ProblemNote";
import { saying } from "./creation";
import { CreationNote } from "./CreationNote";
import { changesOf, type Draft, EMPTY } from "./draft";
import { Fields } from "./Fields";
import { SentWith } from "./SentWith";
import { useCreation } from "./useCreation";

export function CreateOpportunity({ onClose, onDone }: { onClose: () => void; onDone: () => void }) {
  const [draft, setDraft] = useState<Draft>(EMPTY);
  const { creation, problem, ask } = useCreation(null, onDone);
  const missing = draft.title.trim() ? (draft.company ? undefined : "Choose a company first.") : "Give it a title first.";
  const over = creation?.state === "sent" || creation?.state === "sending" || creation?.state === "needs_review";
  const errors = problem?.document.errors ?? creation?.errors ?? [];
  return (
    <Dialog onClose={onClose} title="Create Opportunity" size="lg">
      {!over && (
        <>
          <p className="quiet">Halo requires several fields on every opportunity: those that you set as defaults are sent along.</p>
          <Fields draft={draft} edit={(change) => setDraft({ ...draft, ...change })} said={saying(errors)} short />
          <SentWith errors={errors} />
        </>
      )}
      {creation && <CreationNote creation={creation} />}
      {problem && <ProblemNote problem={problem.document} />}
      <div className="bar" style={{ marginTop: "1.2rem" }}>
        {!over && (
          <Action onPress={() => ask(changesOf(draft, EMPTY))} whyNot={missing}>
            Create in Halo
          </Action>
        )}
        <Button variant="default" onClick={onClose}>
          {over ? "Close" : "Cancel"}
        </Button>
      </div>
    </Dialog>
  );
}
