/** Which company of the portal is it? Those of a like name first; any by search. */
import { Radio } from "@mantine/core";
import { useState } from "react";

import { api, value } from "../api/client";
import type { Company, PortalCompany } from "../api/types";
import { useResource } from "../api/useResource";
import { Action } from "../parts/Action";
import { Bones } from "../parts/Bones";
import { Dialog } from "../parts/Dialog";
import { ProblemNote } from "../parts/ProblemNote";
import { SearchBox } from "../parts/SearchBox";

interface Props {
  company: Pick<Company, "id" | "name">;
  onClose: () => void;
  onDone: () => void;
}

export function LinkDialog({ company, onClose, onDone }: Props) {
  // The name's first word finds what is called alike; the admin may search for anything else.
  const [search, setSearch] = useState(company.name.split(/\s+/)[0] ?? "");
  const [chosen, setChosen] = useState("");
  const query = { limit: 20, linked: false, ...(search ? { search } : {}) };
  const found = useResource(`link-${JSON.stringify(query)}`, () => value(api.GET("/api/v1/portal-companies", { params: { query } })));
  async function link() {
    await value(api.PUT("/api/v1/companies/{id}/link", { params: { path: { id: company.id } }, body: { portal_company: chosen } }));
    onDone();
    onClose();
  }
  const items = found.value?.items ?? [];
  return (
    <Dialog onClose={onClose} title={`Link ${company.name}`}>
      <SearchBox label="Search companies of the portal" value={search} onChange={setSearch} />
      {found.problem && <ProblemNote problem={found.problem.document} />}
      {!found.value && !found.problem && <Bones lines={3} label="Loading the portal's companies" />}
      {found.value && items.length === 0 && <p className="quiet">No unlinked company of the portal has this in its name. Search for another, or import {company.name} instead.</p>}
      <Radio.Group label={items.length > 0 ? "Company of the portal" : undefined} value={chosen} onChange={setChosen} my="md">
        {items.map((item: PortalCompany) => (
          <Radio key={item.id} value={item.id} label={item.inactive ? `${item.name} (inactive)` : item.name} my="xs" />
        ))}
      </Radio.Group>
      <Action onPress={link} whyNot={chosen ? undefined : "Choose a company first."}>
        Link
      </Action>
    </Dialog>
  );
}
