/** *Why is it (not) here?*: one ticket's story by its number. */
import { Button, NumberInput } from "@mantine/core";
import { type FormEvent, useState } from "react";

import { api, value } from "../api/client";
import { asProblem, type ProblemError } from "../api/problem";
import type { Explanation } from "../api/types";
import { Action } from "../parts/Action";
import { Dialog } from "../parts/Dialog";
import { Note } from "../parts/Note";
import { ProblemNote } from "../parts/ProblemNote";
import { State } from "../parts/State";
import { When } from "../parts/When";

export function Explain() {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Action variant="default" onPress={() => setOpen(true)}>
        Why is it (not) here?
      </Action>
      {open && <Question onClose={() => setOpen(false)} />}
    </>
  );
}

function Question({ onClose }: { onClose: () => void }) {
  const [id, setId] = useState<number | string>("");
  const [told, setTold] = useState<Explanation>();
  const [pending, setPending] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ProblemError>();
  async function ask(event: FormEvent) {
    event.preventDefault();
    setBusy(true);
    setTold(undefined);
    setPending(false);
    setProblem(undefined);
    const params = { path: { id: Number(id) }, header: { prefer: "wait=15" } };
    try {
      const answer = await value(api.GET("/api/v1/tickets/{id}/explain", { params }));
      if ("sentence" in answer) setTold(answer);
      else setPending(true);
    } catch (error) {
      setProblem(asProblem(error));
    }
    setBusy(false);
  }
  return (
    <Dialog onClose={onClose} title="Why is it (not) here?">
      <form onSubmit={(event) => void ask(event)}>
        <NumberInput label="Ticket number in Halo" value={id} onChange={setId} min={1} allowDecimal={false} hideControls mb="md" required withAsterisk={false} data-autofocus />
        <Button type="submit" loading={busy}>
          Ask
        </Button>
      </form>
      {problem && <ProblemNote problem={problem.document} />}
      <div role="status" aria-live="polite" style={{ marginTop: "1rem" }}>
        {pending && <p>Halo has not answered yet: ask again in a moment.</p>}
        {told && <Told told={told} />}
      </div>
    </Dialog>
  );
}

function Told({ told }: { told: Explanation }) {
  return (
    <Note tone={told.here ? "good" : "warn"}>
      <p>
        <State tone={told.here ? "good" : "warn"}>{told.here ? "It is here" : "It is not here"}</State>
      </p>
      <p>{told.sentence}</p>
      {told.remedy && <p>{told.remedy}</p>}
      {told.changed && (
        <p className="why">
          The scope was changed by {told.changed.by}, <When at={told.changed.at} />
        </p>
      )}
      {told.error && <p className="words">Halo says: {told.error}</p>}
      {told.trace && <p className="why">Trace id {told.trace}</p>}
    </Note>
  );
}
