/** Import Opportunities: those of Halo that are in no planner item yet, by hand, auto-import or not. */
import { Checkbox } from "@mantine/core";
import { useState } from "react";

import { api, value } from "../api/client";
import type { Opportunity } from "../api/types";
import { Action } from "../parts/Action";
import { DataList } from "../parts/DataList";
import { Dialog } from "../parts/Dialog";
import { amount } from "../parts/money";
import { Note } from "../parts/Note";
import { SearchBox } from "../parts/SearchBox";

export function ImportOpportunities({ onClose }: { onClose: () => void }) {
  const [search, setSearch] = useState("");
  const [picked, setPicked] = useState<ReadonlySet<number>>(new Set());
  const [told, setTold] = useState("");
  const [turn, setTurn] = useState(0);
  const query = { limit: 25, imported: false, state: ["open" as const], ...(search ? { search } : {}) };
  async function run() {
    const { importing, already } = await value(api.POST("/api/v1/opportunities/import", { body: { ids: [...picked] } }));
    setTold(`${importing.length} are being imported${already.length ? `; ${already.length} were in the planner already` : ""}.`);
    setPicked(new Set());
    setTurn((before) => before + 1);
  }
  function pick(id: number, on: boolean) {
    const next = new Set(picked);
    if (on) next.add(id);
    else next.delete(id);
    setPicked(next);
  }
  return (
    <Dialog onClose={onClose} title="Import Opportunities" size="xl">
      <DataList<Opportunity>
        name="Opportunities to import"
        of={`${JSON.stringify(query)} ${turn}`}
        load={(cursor) => value(api.GET("/api/v1/opportunities", { params: { query: { ...query, ...(cursor ? { cursor } : {}) } } }))}
        id={(row) => String(row.id)}
        columns={[
          { name: "Select", show: (row) => <Checkbox aria-label={`Select ${row.title}`} checked={row.importing || picked.has(row.id)} disabled={row.importing} onChange={(event) => pick(row.id, event.currentTarget.checked)} /> },
          { name: "Opportunity", show: (row) => `${row.title}${row.importing ? " (being imported)" : ""}` },
          { name: "Company", show: (row) => row.company?.name ?? row.prospect ?? "" },
          { name: "Type", show: (row) => row.type ?? "" },
          { name: "Value", show: (row) => amount(row.value) },
        ]}
        filters={<SearchBox label="Search opportunities" value={search} onChange={setSearch} />}
        empty={<p>{search ? "No open opportunity outside the planner is called that." : "Every open opportunity is in the planner already, or none came from Halo yet."}</p>}
      />
      <div className="bar" style={{ marginTop: "1rem" }}>
        <Action onPress={run} whyNot={picked.size > 0 ? undefined : "Select opportunities first."}>
          {picked.size ? `Import ${picked.size} selected` : "Import selected"}
        </Action>
      </div>
      <div role="status" aria-live="polite" style={{ marginTop: "0.8rem" }}>
        {told && (
          <Note tone="good">
            <p>{told} Their items show within seconds.</p>
          </Note>
        )}
      </div>
    </Dialog>
  );
}
