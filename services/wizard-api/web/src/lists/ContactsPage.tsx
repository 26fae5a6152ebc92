/** People at Halo's clients, and what is wrong with their addresses. */
import { Switch } from "@mantine/core";

import { api, value } from "../api/client";
import type { AutoImport, Contact, ContactSummary } from "../api/types";
import { useResource } from "../api/useResource";
import { useMay } from "../app/permissions";
import { ContactDetail } from "../users/ContactDetail";
import { DataList } from "../parts/DataList";
import { ProblemNote } from "../parts/ProblemNote";
import { SearchBox } from "../parts/SearchBox";
import { State } from "../parts/State";
import { useFilter } from "../parts/useFilter";

export default function ContactsPage() {
  const filter = useFilter();
  const search = filter.get("search");
  const inactive = filter.get("inactive") === "true";
  const query = { limit: 50, ...(search ? { search } : {}), ...(inactive ? {} : { inactive: false }) };
  return (
    <>
      <h1>Contacts</h1>
      <Summary />
      <DataList<Contact>
        name="Contacts"
        of={JSON.stringify(query)}
        load={(cursor) => value(api.GET("/api/v1/contacts", { params: { query: { ...query, ...(cursor ? { cursor } : {}) } } }))}
        id={(row) => String(row.id)}
        title={(row) => row.name}
        detail={(id, close) => <ContactDetail id={Number(id)} onClose={close} />}
        columns={[
          { name: "Name", show: (row) => row.name },
          { name: "E-mail", show: (row) => (row.email_problem ? <State tone="warn">{row.email_problem === "blank" ? "missing" : `invalid: ${row.email ?? ""}`}</State> : row.email) },
          { name: "State", show: (row) => (row.inactive ? "inactive" : "active") },
        ]}
        filters={
          <>
            <SearchBox label="Search contacts" value={search} onChange={(text) => filter.set("search", text)} />
            <Switch label="Inactive ones too" checked={inactive} onChange={(event) => filter.set("inactive", event.currentTarget.checked ? "true" : null)} />
          </>
        }
        empty={<p>{search ? "Nobody is called that." : "No contacts are here yet: switch on Sync Users in the setup, then sync."}</p>}
      />
    </>
  );
}

const AUTO: Record<AutoImport["state"], string> = {
  off: "Auto-Import is off.",
  waiting: "Auto-Import waits.",
  running: "Auto-Import is on.",
  stopped: "Auto-Import has stopped.",
};

function summaryOf({ active = 0, blank = 0, invalid = 0, shared = 0 }: ContactSummary): string {
  const faults = ([
    [blank, "without an address"],
    [invalid, "with an address that is none"],
    [shared, "with an address that others have too"],
  ] as const).filter(([count]) => count > 0);
  return `${active.toLocaleString()} active contacts${faults.length ? `; ${faults.map(([count, why]) => `${count.toLocaleString()} ${why}`).join(", ")}` : ""}.`;
}

/** How many there are, and of how many the address is missing or none. */
function Summary() {
  const held = useResource("contacts-summary", () => value(api.GET("/api/v1/contacts/summary")));
  const may = useMay("users:manage");
  const auto = useResource(may ? "contacts-auto-import" : null, () => value(api.GET("/api/v1/users/auto-import")));
  const told = auto.value;
  return (
    <>
      <p className="quiet" style={{ minHeight: "1.5em" }}>
        {held.value && summaryOf(held.value)}
        {told && ` ${AUTO[told.state]} ${told.active.toLocaleString()} accounts of contacts are active, ${told.offered.toLocaleString()} are offered, ${told.suspended.toLocaleString()} are suspended.`}
      </p>
      {told?.problem && <ProblemNote problem={told.problem} />}
    </>
  );
}
