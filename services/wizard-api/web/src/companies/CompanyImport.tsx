/** Halo's clients: selected ones or all become companies of the portal, or are linked to those it has. */
import { Checkbox, Switch } from "@mantine/core";
import { useState } from "react";

import { api, value } from "../api/client";
import type { CompaniesImported, Company } from "../api/types";
import { useWhyNot } from "../app/permissions";
import { Action } from "../parts/Action";
import { DataList } from "../parts/DataList";
import { Note } from "../parts/Note";
import { SearchBox } from "../parts/SearchBox";
import { State } from "../parts/State";
import { ImportedNote } from "./ImportedNote";
import { LinkButton } from "./LinkButton";

export function CompanyImport() {
  const whyNot = useWhyNot("integrations:manage");
  const [search, setSearch] = useState("");
  const [unlinkedOnly, setUnlinkedOnly] = useState(true);
  const [picked, setPicked] = useState<ReadonlySet<number>>(new Set());
  const [all, setAll] = useState(false);
  const [imported, setImported] = useState<CompaniesImported>();
  const [turn, setTurn] = useState(0);
  const query = { limit: 25, ...(search ? { search } : {}), ...(unlinkedOnly ? { linked: false } : {}) };

  async function run(mode: "import" | "link") {
    const ids = all ? ("all" as const) : [...picked];
    setImported(await value(api.POST("/api/v1/companies/import", { body: { ids, mode, inactive: false, alike: false } })));
    setPicked(new Set());
    setAll(false);
    setTurn((before) => before + 1);
  }
  function pick(id: number, on: boolean) {
    setAll(false);
    const next = new Set(picked);
    if (on) next.add(id);
    else next.delete(id);
    setPicked(next);
  }
  const none = whyNot ?? (all || picked.size > 0 ? undefined : "Select companies first.");
  return (
    <div>
      <DataList<Company>
        name="Halo companies"
        of={`${JSON.stringify(query)} ${turn}`}
        load={(cursor) => value(api.GET("/api/v1/companies", { params: { query: { ...query, ...(cursor ? { cursor } : {}) } } }))}
        id={(row) => String(row.id)}
        columns={[
          {
            name: "Select",
            show: (row) => <Checkbox aria-label={`Select ${row.name}`} checked={all ? !row.link && !row.inactive : picked.has(row.id)} disabled={!!row.link || !!whyNot} onChange={(event) => pick(row.id, event.currentTarget.checked)} />,
          },
          { name: "Company in Halo", show: (row) => (row.inactive ? `${row.name} (inactive)` : row.name) },
          { name: "In the portal", show: (row) => (row.link ? <State tone="good">{row.link.name}</State> : <span className="quiet">not linked</span>) },
          { name: "Link", show: (row) => <LinkButton company={row} whyNot={whyNot} onDone={() => setTurn((before) => before + 1)} /> },
        ]}
        filters={
          <>
            <SearchBox label="Search companies" value={search} onChange={setSearch} />
            <Switch label="Only those not linked" checked={unlinkedOnly} onChange={(event) => setUnlinkedOnly(event.currentTarget.checked)} />
            <Checkbox label="Select all unlinked" checked={all} onChange={(event) => setAll(event.currentTarget.checked)} disabled={!!whyNot} />
          </>
        }
        empty={<p>{search ? "No company has this in its name." : unlinkedOnly ? "Every company is linked." : "No companies are here yet: they come with the first sync."}</p>}
      />
      <div className="bar" style={{ marginTop: "1rem" }}>
        <Action onPress={() => run("import")} whyNot={none}>
          {all ? "Import all unlinked" : `Import ${picked.size || ""} selected`.replace("  ", " ")}
        </Action>
        <Action variant="default" onPress={() => run("link")} whyNot={none} silent aria-label="Link by name: to the portal companies of the same name">
          Link by name
        </Action>
      </div>
      <div role="status" aria-live="polite">
        {imported && <ImportedNote imported={imported} />}
      </div>
      {all && (
        <Note>
          <p>All active companies of Halo that are not linked yet, on every page of the list.</p>
        </Note>
      )}
    </div>
  );
}
