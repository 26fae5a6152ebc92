/** The item's fields; only what was changed is sent. */
import { useState } from "react";

import { api, value } from "../api/client";
import { asProblem, type ProblemError } from "../api/problem";
import { Action } from "../parts/Action";
import { Note } from "../parts/Note";
import { ProblemNote } from "../parts/ProblemNote";
import { saying } from "./creation";
import { changesOf, type Draft, draftOf } from "./draft";
import { Fields } from "./Fields";
import type { ItemProps } from "./ItemDetail";
import { whyManaged } from "./words";

export function ItemEditor({ item, whyNot, onChange }: ItemProps) {
  const before = draftOf(item);
  const [typed, setTyped] = useState<Partial<Draft>>({});
  const [problem, setProblem] = useState<ProblemError>();
  const draft = { ...before, ...typed };
  const changes = changesOf(draft, before);
  const managed = whyManaged(item);
  // Halo's refusal of the last creation stands at its field until that is tried again.
  const refused = problem?.document.errors ?? (item.creation?.state === "refused" ? item.creation.errors : undefined) ?? [];
  async function save() {
    setProblem(undefined);
    try {
      onChange(await value(api.PATCH("/api/v1/planner/items/{id}", { params: { path: { id: item.id } }, body: changes as never })));
      setTyped({});
    } catch (error) {
      setProblem(asProblem(error));
    }
  }
  const none = whyNot ?? (Object.keys(changes).length === 0 ? "Nothing was changed." : draft.title.trim() ? undefined : "Give it a title first.");
  return (
    <section aria-label="Fields">
      {managed && (
        <Note>
          <p>{managed}</p>
        </Note>
      )}
      <Fields draft={draft} edit={(change) => setTyped({ ...typed, ...change })} said={saying(refused)} managed={!!managed} readOnly={!!whyNot} />
      {problem && <ProblemNote problem={problem.document} />}
      <div style={{ marginTop: "1rem" }}>
        <Action onPress={save} whyNot={none}>
          Save changes
        </Action>
      </div>
    </section>
  );
}
