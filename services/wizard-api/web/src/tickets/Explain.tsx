/** *Why is it (not) here?*: one ticket's story by its number. */
import { Modal, NumberInput } from "@mantine/core";
import { type FormEvent, useState } from "react";

import { api, value } from "../api/client";
import type { Explanation } from "../api/types";
import { Action } from "../parts/Action";
import { Note } from "../parts/Note";
import { State } from "../parts/State";
import { When } from "../parts/When";

export function Explain() {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Action variant="default" onPress={() => setOpen(true)}>
        Why is it (not) here?
      </Action>
      {open && <Dialog onClose={() => setOpen(false)} />}
    </>
  );
}

function Dialog({ onClose }: { onClose: () => void }) {
  const [id, setId] = useState<number | string>("");
  const [told, setTold] = useState<Explanation>();
  const [pending, setPending] = useState(false);
  async function ask() {
    setTold(undefined);
    setPending(false);
    const params = { path: { id: Number(id) }, header: { prefer: "wait=15" } };
    const answer = await value(api.GET("/api/v1/tickets/{id}/explain", { params }));
    if ("sentence" in answer) setTold(answer);
    else setPending(true);
  }
  function submit(event: FormEvent) {
    event.preventDefault();
    document.getElementById("explain-ask")?.querySelector("button")?.click();
  }
  return (
    <Modal opened onClose={onClose} title="Why is it (not) here?">
      <form onSubmit={submit}>
        <NumberInput label="Ticket number in Halo" value={id} onChange={setId} min={1} allowDecimal={false} hideControls mb="md" data-autofocus />
        <div id="explain-ask">
          <Action onPress={ask} whyNot={id === "" ? "Enter a number first." : undefined}>
            Ask
          </Action>
        </div>
      </form>
      <div role="status" aria-live="polite" style={{ marginTop: "1rem" }}>
        {pending && <p>Halo has not answered yet: ask again in a moment.</p>}
        {told && <Told told={told} />}
      </div>
    </Modal>
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
