/** People at Halo's clients, and what is wrong with their addresses. */
import { Switch } from "@mantine/core";

import { api, value } from "../api/client";
import type { Contact } from "../api/types";
import { DataList } from "../parts/DataList";
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
      <DataList<Contact>
        name="Contacts"
        of={JSON.stringify(query)}
        load={(cursor) => value(api.GET("/api/v1/contacts", { params: { query: { ...query, ...(cursor ? { cursor } : {}) } } }))}
        id={(row) => String(row.id)}
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
