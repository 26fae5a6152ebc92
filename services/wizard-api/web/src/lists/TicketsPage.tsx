/** Synced tickets: found, read, and explained where one is missed. */
import { Select } from "@mantine/core";

import { api, value } from "../api/client";
import type { Stage, Ticket } from "../api/types";
import { DataList } from "../parts/DataList";
import { SearchBox } from "../parts/SearchBox";
import { STAGES } from "../parts/StageStepper";
import { useFilter } from "../parts/useFilter";
import { When } from "../parts/When";
import { Explain } from "../tickets/Explain";
import { TicketDetail } from "../tickets/TicketDetail";

export default function TicketsPage() {
  const filter = useFilter();
  const search = filter.get("search");
  const stage = filter.get("stage") as Stage | "";
  const closed = filter.get("closed");
  const query = { limit: 50, ...(search ? { search } : {}), ...(stage ? { stage } : {}), ...(closed ? { closed: closed === "true" } : {}) };
  return (
    <>
      <div className="spread">
        <h1>Tickets</h1>
        <Explain />
      </div>
      <DataList<Ticket>
        name="Tickets"
        of={JSON.stringify(query)}
        load={(cursor) => value(api.GET("/api/v1/tickets", { params: { query: { ...query, ...(cursor ? { cursor } : {}) } } }))}
        id={(row) => String(row.id)}
        title={(row) => `#${row.id} ${row.summary}`}
        detail={(id, close) => <TicketDetail id={Number(id)} onClose={close} />}
        columns={[
          { name: "Ticket", show: (row) => row.summary },
          { name: "Company", show: (row) => row.company?.name ?? "" },
          { name: "Status", show: (row) => row.status?.name ?? "" },
          { name: "Stage", show: (row) => STAGES.find((each) => each.value === row.stage)?.name ?? <span className="quiet">none</span> },
          { name: "Team", show: (row) => row.team?.name ?? "" },
          { name: "Last action", show: (row) => <When at={row.last_action} never="" /> },
        ]}
        filters={
          <>
            <SearchBox label="Search tickets" value={search} onChange={(text) => filter.set("search", text)} />
            <Select label="Stage" placeholder="Any" data={STAGES.map((each) => ({ value: each.value, label: each.name }))} value={stage || null} onChange={(next) => filter.set("stage", next)} clearable clearButtonProps={{ "aria-label": "Clear Stage" }} />
            <Select
              label="Open or closed"
              placeholder="Both"
              data={[
                { value: "false", label: "Open" },
                { value: "true", label: "Closed" },
              ]}
              value={closed || null}
              onChange={(next) => filter.set("closed", next)}
              clearable
              clearButtonProps={{ "aria-label": "Clear Open or closed" }}
            />
          </>
        }
        empty={<p>{search || stage || closed ? "No ticket fits this filter. Why is it not here? asks about a single one." : "No tickets are here yet: choose teams in the setup, then sync."}</p>}
      />
    </>
  );
}
