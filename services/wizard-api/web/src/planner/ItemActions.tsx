/** Detach, attach, delete. */
import { useState } from "react";

import { api, value } from "../api/client";
import { Action } from "../parts/Action";
import { Confirm } from "../parts/Confirm";
import type { ItemProps } from "./ItemDetail";

export function ItemActions({ item, whyNot, onChange, onGone }: ItemProps & { onGone: () => void }) {
  const [asking, setAsking] = useState<"attach" | "delete">();
  const params = { path: { id: item.id } };
  const managed = item.sync === "managed" || item.sync === "stopped";
  const detach = async () => onChange(await value(api.POST("/api/v1/planner/items/{id}/detach", { params })));
  const attach = async () => onChange(await value(api.POST("/api/v1/planner/items/{id}/attach", { params })));
  async function remove() {
    await value(api.DELETE("/api/v1/planner/items/{id}", { params }));
    onGone();
  }
  return (
    <section className="bar part" aria-label="Actions">
      {managed && (
        <Action variant="default" onPress={detach} whyNot={whyNot} silent>
          Detach from Halo
        </Action>
      )}
      {item.sync === "detached" && (
        <Action variant="default" onPress={() => setAsking("attach")} whyNot={whyNot} silent>
          Attach to Halo
        </Action>
      )}
      <Action variant="default" color="red" onPress={() => setAsking("delete")} whyNot={whyNot ?? (managed ? "Halo manages it: detach it first, then it can be deleted." : undefined)}>
        Delete
      </Action>
      {asking === "attach" && (
        <Confirm title="Attach to Halo" button="Attach" onConfirm={attach} onClose={() => setAsking(undefined)}>
          <p>Title, description, due date and value become Halo's again. What was changed here in these fields is lost.</p>
        </Confirm>
      )}
      {asking === "delete" && (
        <Confirm title="Delete the item" button="Delete" onConfirm={remove} onClose={() => setAsking(undefined)}>
          <p>{item.title} leaves the planner, with its notes. Nothing is deleted in Halo, and no sync brings it back.</p>
        </Confirm>
      )}
    </section>
  );
}
