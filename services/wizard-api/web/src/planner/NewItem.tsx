/** A planner item of one's own: Halo hears nothing of it. */
import { Button } from "@mantine/core";
import { useRef, useState } from "react";

import { api, value } from "../api/client";
import { asProblem, type ProblemError } from "../api/problem";
import { Action } from "../parts/Action";
import { Dialog } from "../parts/Dialog";
import { ProblemNote } from "../parts/ProblemNote";
import { changesOf, type Draft, EMPTY } from "./draft";
import { Fields } from "./Fields";
import { Keys } from "./creation";

export function NewItem({ onClose, onDone }: { onClose: () => void; onDone: (id: string) => void }) {
  const [draft, setDraft] = useState<Draft>(EMPTY);
  const [problem, setProblem] = useState<ProblemError>();
  const keys = useRef(new Keys());
  async function make() {
    setProblem(undefined);
    const body = changesOf(draft, EMPTY);
    try {
      const { id } = await value(api.POST("/api/v1/planner/items", { body: body as never, params: { header: { "idempotency-key": keys.current.of(body) } } }));
      onDone(id);
    } catch (error) {
      setProblem(asProblem(error));
    }
  }
  return (
    <Dialog onClose={onClose} title="New planner item" size="lg">
      <Fields draft={draft} edit={(change) => setDraft({ ...draft, ...change })} said={(field) => problem?.field(field)} />
      {problem && <ProblemNote problem={problem.document} />}
      <div className="bar" style={{ marginTop: "1.2rem" }}>
        <Action onPress={make} whyNot={draft.title.trim() ? undefined : "Give it a title first."}>
          Save item
        </Action>
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
      </div>
    </Dialog>
  );
}
