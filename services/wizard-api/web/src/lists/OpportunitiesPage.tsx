/** Halo's opportunities, and which of them are in the planner. */
import { Select } from "@mantine/core";

import { api, value } from "../api/client";
import type { Opportunity } from "../api/types";
import { useResource } from "../api/useResource";
import { follow } from "../app/router";
import { DataList } from "../parts/DataList";
import { amount, day } from "../parts/money";
import { SearchBox } from "../parts/SearchBox";
import { State } from "../parts/State";
import { SubNav } from "../parts/SubNav";
import { useFilter } from "../parts/useFilter";
import { OPPORTUNITY_STATES } from "../planner/words";
import { OpportunityDetail } from "../opportunities/OpportunityDetail";

export default function OpportunitiesPage() {
  const filter = useFilter();
  const search = filter.get("search");
  const state = filter.get("state") as Opportunity["state"] | "";
  const type = filter.get("type");
  const imported = filter.get("imported");
  const query = {
    limit: 50,
    ...(search ? { search } : {}),
    ...(state ? { state: [state] } : {}),
    ...(type ? { type: [type] } : {}),
    ...(imported ? { imported: imported === "true" } : {}),
  };
  const types = useResource("opportunity-types", () => value(api.GET("/api/v1/integrations/halo/reference/opportunity-types")));
  return (
    <>
      <SubNav of="/planner" />
      <h1>Opportunities</h1>
      <DataList<Opportunity>
        name="Opportunities"
        of={JSON.stringify(query)}
        load={(cursor) => value(api.GET("/api/v1/opportunities", { params: { query: { ...query, ...(cursor ? { cursor } : {}) } } }))}
        id={(row) => String(row.id)}
        title={(row) => row.title}
        detail={(id, close) => <OpportunityDetail id={Number(id)} onClose={close} />}
        columns={[
          { name: "Opportunity", show: (row) => row.title },
          { name: "Company", show: (row) => row.company?.name ?? (row.prospect ? `${row.prospect} (prospect)` : "") },
          { name: "State", show: (row) => <State tone={OPPORTUNITY_STATES[row.state][1]}>{OPPORTUNITY_STATES[row.state][0]}</State> },
          { name: "Stage", show: (row) => row.stage ?? "" },
          { name: "Value", show: (row) => amount(row.value) },
          { name: "Due", show: (row) => <span className="line">{day(row.due)}</span> },
          { name: "Planner", show: (row) => <InPlanner row={row} /> },
        ]}
        filters={
          <>
            <SearchBox label="Search opportunities" value={search} onChange={(text) => filter.set("search", text)} />
            <Select label="State" placeholder="Any" data={Object.entries(OPPORTUNITY_STATES).map(([name, [word]]) => ({ value: name, label: word }))} value={state || null} onChange={(next) => filter.set("state", next)} clearable clearButtonProps={{ "aria-label": "Clear State" }} />
            <Select label="Type" placeholder="Any" data={(types.value?.items ?? []).map((each) => each.name)} value={type || null} onChange={(next) => filter.set("type", next)} searchable clearable clearButtonProps={{ "aria-label": "Clear Type" }} />
            <Select
              label="In the planner"
              placeholder="Both"
              data={[
                { value: "true", label: "Yes" },
                { value: "false", label: "No" },
              ]}
              value={imported || null}
              onChange={(next) => filter.set("imported", next)}
              clearable
              clearButtonProps={{ "aria-label": "Clear In the planner" }}
            />
          </>
        }
        empty={<p>{search || state || type || imported ? "No opportunity fits this filter." : "No opportunities are here yet: switch on Enable Opportunity Sync in the setup, then sync."}</p>}
      />
    </>
  );
}

function InPlanner({ row }: { row: Opportunity }) {
  if (row.importing) return <span className="quiet">being imported</span>;
  if (!row.item) return <span className="quiet">no</span>;
  return (
    <a href={`/planner?open=${encodeURIComponent(row.item)}`} onClick={follow} aria-label={`Open the item of ${row.title}`}>
      open
    </a>
  );
}
