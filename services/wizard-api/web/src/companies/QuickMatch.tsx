/** Quick Match: links proposed by name. Certain ones are chosen beforehand; of the others nothing is, a person chooses. */
import { Checkbox, Select } from "@mantine/core";
import { useState } from "react";

import { api, value } from "../api/client";
import type { Proposal } from "../api/types";
import { Action } from "../parts/Action";
import { DataList } from "../parts/DataList";
import { Dialog } from "../parts/Dialog";
import { acceptedOf, type Chosen, REASONS } from "./proposals";

export function QuickMatch({ onClose, onDone }: { onClose: () => void; onDone: () => void }) {
  const [chosen, setChosen] = useState<Chosen>({});
  const [seen, setSeen] = useState<readonly Proposal[]>([]);
  const [counts, setCounts] = useState<{ certain: number; ambiguous: number; unmatched: number }>();
  const [told, setTold] = useState("");
  const [turn, setTurn] = useState(0);
  const accept = acceptedOf(seen, chosen);
  async function load(cursor: string | undefined) {
    const page = await value(api.GET("/api/v1/companies/quick-match", { params: { query: { limit: 25, ...(cursor ? { cursor } : {}) } } }));
    setCounts(page);
    setSeen((before) => [...before.filter((each) => !page.items.some((one) => one.id === each.id)), ...page.items]);
    return page;
  }
  async function link() {
    const { linked, skipped } = await value(api.POST("/api/v1/companies/quick-match", { body: { accept } }));
    setTold(`${linked} linked${skipped.length ? `; ${skipped.length} left, since they or their company were linked meanwhile` : ""}.`);
    setSeen([]);
    setTurn((before) => before + 1);
    onDone();
  }
  return (
    <Dialog onClose={onClose} title="Quick Match" size="xl">
      <p className="quiet">
        {counts
          ? `${counts.certain.toLocaleString()} companies have the same name in the portal; ${counts.ambiguous.toLocaleString()} are yours to decide; ${counts.unmatched.toLocaleString()} are like none.`
          : "Comparing names …"}
      </p>
      <DataList<Proposal>
        name="Proposed links"
        of={String(turn)}
        load={load}
        id={(row) => String(row.id)}
        columns={[
          { name: "Company in Halo", show: (row) => (row.inactive ? `${row.name} (inactive)` : row.name) },
          { name: "In the portal", show: (row) => <Choice proposal={row} chosen={chosen[row.id]} onChoose={(id) => setChosen({ ...chosen, [row.id]: id })} /> },
          { name: "Why", show: (row) => REASONS[row.reason] },
        ]}
        empty={<p>No company that is not linked is called like one of the portal. Import companies, or link them one by one.</p>}
      />
      <div className="bar" style={{ marginTop: "1rem" }}>
        <Action onPress={link} whyNot={accept.length > 0 ? undefined : "Nothing is chosen."}>
          {accept.length ? `Link ${accept.length}` : "Link"}
        </Action>
        <span role="status" aria-live="polite">
          {told}
        </span>
      </div>
    </Dialog>
  );
}

interface ChoiceProps {
  proposal: Proposal;
  chosen: string | null | undefined;
  onChoose: (id: string | null) => void;
}

function Choice({ proposal, chosen, onChoose }: ChoiceProps) {
  const [only] = proposal.candidates;
  if (proposal.certain && only) {
    return <Checkbox label={only.name} aria-label={`Link ${proposal.name} to ${only.name}`} checked={chosen !== null} onChange={(event) => onChoose(event.currentTarget.checked ? only.id : null)} />;
  }
  return (
    <Select
      aria-label={`Company of the portal for ${proposal.name}`}
      placeholder="None of them"
      data={proposal.candidates.map((each) => ({ value: each.id, label: each.inactive ? `${each.name} (inactive)` : each.name }))}
      value={chosen ?? null}
      onChange={onChoose}
      clearable
      clearButtonProps={{ "aria-label": `Choose none for ${proposal.name}` }}
    />
  );
}
