/** The planner: items of one's own, and those of Halo's opportunities. */
import { Select } from "@mantine/core";
import { useState } from "react";

import { api, value } from "../api/client";
import type { PlannerItem } from "../api/types";
import { useWhyNot } from "../app/permissions";
import { go, query as queryOf, usePlace } from "../app/router";
import { Action } from "../parts/Action";
import { DataList } from "../parts/DataList";
import { amount, day } from "../parts/money";
import { SearchBox } from "../parts/SearchBox";
import { State } from "../parts/State";
import { SubNav } from "../parts/SubNav";
import { useFilter } from "../parts/useFilter";
import { CreateOpportunity } from "./CreateOpportunity";
import { ImportOpportunities } from "./ImportOpportunities";
import { ItemDetail } from "./ItemDetail";
import { NewItem } from "./NewItem";
import { CREATIONS } from "./CreationNote";
import { NotSynced } from "./NotSynced";
import { SOURCES, STATES } from "./words";

const FRESH_MS = 5000;

export default function PlannerPage() {
  const filter = useFilter();
  const { path, search: at } = usePlace();
  const whyNot = useWhyNot("planner:write");
  const [dialog, setDialog] = useState<"new" | "create" | "import">();
  const [turn, setTurn] = useState(0);
  const [since, setSince] = useState<string | null>(null);
  const search = filter.get("search");
  const status = filter.get("status") as PlannerItem["state"] | "";
  const source = filter.get("source") as PlannerItem["source"] | "";
  const query = { limit: 50, ...(search ? { search } : {}), ...(status ? { status: [status] } : {}), ...(source ? { source: [source] } : {}) };
  const again = () => setTurn((before) => before + 1);
  async function load(cursor: string | undefined) {
    const page = await value(api.GET("/api/v1/planner/items", { params: { query: { ...query, ...(cursor ? { cursor } : {}) } } }));
    setSince(page.not_synced_since ?? null);
    return page;
  }
  const close = () => {
    setDialog(undefined);
    again();
  };
  return (
    <>
      <SubNav of="/planner" />
      <div className="spread" style={{ marginBottom: "0.8rem" }}>
        <h1>Planner</h1>
        <div className="bar">
          <Action onPress={() => setDialog("create")} whyNot={whyNot}>
            Create Opportunity
          </Action>
          <Action variant="default" onPress={() => setDialog("import")} whyNot={whyNot} silent>
            Import Opportunities
          </Action>
          <Action variant="default" onPress={() => setDialog("new")} whyNot={whyNot} silent>
            New item
          </Action>
        </div>
      </div>
      <NotSynced since={since} />
      <DataList<PlannerItem>
        name="Planner items"
        of={`${JSON.stringify(query)} ${turn}`}
        load={load}
        every={FRESH_MS}
        id={(row) => row.id}
        title={(row) => row.title}
        detail={(id, shut) => <ItemDetail id={id} onClose={shut} onDone={again} />}
        columns={[
          { name: "Item", show: (row) => row.title },
          { name: "Company", show: (row) => row.company?.name ?? "" },
          { name: "State", show: (row) => <ItemState item={row} /> },
          { name: "Due", show: (row) => <span className="line">{day(row.due)}</span> },
          { name: "Value", show: (row) => amount(row.value) },
          { name: "Project", show: (row) => row.project?.name ?? "" },
          { name: "From", show: (row) => SOURCES[row.source] },
        ]}
        filters={
          <>
            <SearchBox label="Search the planner" value={search} onChange={(text) => filter.set("search", text)} />
            <Select label="State" placeholder="Any" data={Object.entries(STATES).map(([name, [word]]) => ({ value: name, label: word }))} value={status || null} onChange={(next) => filter.set("status", next)} clearable clearButtonProps={{ "aria-label": "Clear State" }} />
            <Select label="From" placeholder="Any" data={Object.entries(SOURCES).map(([name, word]) => ({ value: name, label: word }))} value={source || null} onChange={(next) => filter.set("source", next)} clearable clearButtonProps={{ "aria-label": "Clear From" }} />
          </>
        }
        empty={<p>{search || status || source ? "No item fits this filter." : "The planner is empty: make an item, import opportunities from Halo, or switch on their auto-import in the setup."}</p>}
      />
      {dialog === "new" && <NewItem onClose={close} onDone={(id) => (close(), go(path + queryOf(at, { open: id })))} />}
      {dialog === "create" && <CreateOpportunity onClose={close} onDone={again} />}
      {dialog === "import" && <ImportOpportunities onClose={close} />}
    </>
  );
}

function ItemState({ item }: { item: PlannerItem }) {
  const creation = item.opportunity === null && item.creation ? CREATIONS[item.creation.state] : undefined;
  const [word, tone] = creation ?? STATES[item.state];
  return <State tone={tone}>{word}</State>;
}
