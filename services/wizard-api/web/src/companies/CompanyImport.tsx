/** Halo's clients: selected ones or all become companies of the portal, or are linked to those it has. */
import { Checkbox, Switch } from "@mantine/core";
import { useState } from "react";

import { api, value } from "../api/client";
import type { CompaniesImported, Company } from "../api/types";
import { useWhyNot } from "../app/permissions";
import { Action } from "../parts/Action";
import { DataList } from "../parts/DataList";
import { OpenButton } from "../parts/OpenButton";
import { Note } from "../parts/Note";
import { SearchBox } from "../parts/SearchBox";
import { State } from "../parts/State";
import { useKept } from "../settings/drafts";
import { CompanyDetail } from "./CompanyDetail";
import { ImportedNote } from "./ImportedNote";
import { LinkButton } from "./LinkButton";
import { QuickMatch } from "./QuickMatch";

interface Picked {
  ids: number[];
  all: boolean;
}

const NONE: Picked = { ids: [], all: false };

/** ``opens``: a company's name opens its detail, on the page whose address keeps it. ``draft``: what is picked is kept under this name. */
export function CompanyImport({ opens, draft }: { opens?: true; draft?: string }) {
  const whyNot = useWhyNot("integrations:manage");
  const [search, setSearch] = useState("");
  const [unlinkedOnly, setUnlinkedOnly] = useState(true);
  const [{ ids: picked, all }, setPicked] = useKept(draft, NONE);
  const [imported, setImported] = useState<CompaniesImported>();
  const [turn, setTurn] = useState(0);
  const [matching, setMatching] = useState(false);
  const again = () => setTurn((before) => before + 1);
  const query = { limit: 25, ...(search ? { search } : {}), ...(unlinkedOnly ? { linked: false } : {}) };

  async function run(mode: "import" | "link") {
    const ids = all ? ("all" as const) : picked;
    setImported(await value(api.POST("/api/v1/companies/import", { body: { ids, mode, inactive: false, alike: false } })));
    setPicked(NONE);
    again();
  }
  function pick(id: number, on: boolean) {
    const others = picked.filter((each) => each !== id);
    setPicked({ ids: on ? [...others, id] : others, all: false });
  }
  const none = whyNot ?? (all || picked.length > 0 ? undefined : "Select companies first.");
  return (
    <div>
      <DataList<Company>
        name="Halo companies"
        of={`${JSON.stringify(query)} ${turn}`}
        load={(cursor) => value(api.GET("/api/v1/companies", { params: { query: { ...query, ...(cursor ? { cursor } : {}) } } }))}
        id={(row) => String(row.id)}
        {...(opens ? { detail: (id: string, close: () => void) => <CompanyDetail id={Number(id)} onClose={close} onDone={again} /> } : {})}
        columns={[
          {
            name: "Select",
            show: (row) => <Checkbox aria-label={`Select ${row.name}`} checked={all ? !row.link && !row.inactive : picked.includes(row.id)} disabled={!!row.link || !!whyNot} onChange={(event) => pick(row.id, event.currentTarget.checked)} />,
          },
          { name: "Company in Halo", show: (row) => (opens ? <OpenButton id={String(row.id)} name={nameOf(row)} /> : nameOf(row)) },
          { name: "In the portal", show: (row) => (row.link ? <State tone="good">{row.link.name}</State> : <span className="quiet">not linked</span>) },
          { name: "Link", show: (row) => <LinkButton company={row} whyNot={whyNot} onDone={again} /> },
        ]}
        filters={
          <>
            <SearchBox label="Search companies" value={search} onChange={setSearch} />
            <Switch label="Only those not linked" checked={unlinkedOnly} onChange={(event) => setUnlinkedOnly(event.currentTarget.checked)} />
            <Checkbox label="Select all unlinked" checked={all} onChange={(event) => setPicked({ ids: picked, all: event.currentTarget.checked })} disabled={!!whyNot} />
          </>
        }
        empty={<p>{search ? "No company has this in its name." : unlinkedOnly ? "Every company is linked." : "No companies are here yet: they come with the first sync."}</p>}
      />
      <div className="bar" style={{ marginTop: "1rem" }}>
        <Action onPress={() => run("import")} whyNot={none}>
          {all ? "Import all unlinked" : `Import ${picked.length || ""} selected`.replace("  ", " ")}
        </Action>
        <Action variant="default" onPress={() => run("link")} whyNot={none} silent aria-label="Link by name: to the portal companies of the same name">
          Link by name
        </Action>
        <Action variant="default" onPress={() => setMatching(true)} whyNot={whyNot} silent>
          Quick Match
        </Action>
      </div>
      {matching && <QuickMatch onClose={() => setMatching(false)} onDone={again} />}
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

function nameOf(company: Company): string {
  return company.inactive ? `${company.name} (inactive)` : company.name;
}
