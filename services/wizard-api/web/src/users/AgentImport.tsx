/** Import Users: Halo's technicians and agents get accounts; a missing e-mail is typed in place. */
import { Checkbox, TextInput } from "@mantine/core";
import { useState } from "react";

import { api, value } from "../api/client";
import type { Agent } from "../api/types";
import { useWhyNot } from "../app/permissions";
import { Action } from "../parts/Action";
import { DataList } from "../parts/DataList";
import { Note } from "../parts/Note";
import { SearchBox } from "../parts/SearchBox";
import { useKept } from "../settings/drafts";
import { RoleSelect } from "../settings/RoleSelect";
import { AgentAccount } from "./AgentAccount";
import { ImportProgress } from "./ImportProgress";

interface Draft {
  picked: number[];
  all: boolean;
  role: string | null;
  emails: Readonly<Record<string, string>>;
}

const NONE: Draft = { picked: [], all: false, role: null, emails: {} };

/** ``draft``: what is chosen and typed is kept under this name. */
export function AgentImport({ draft }: { draft?: string }) {
  const whyNot = useWhyNot("users:manage");
  const [search, setSearch] = useState("");
  const [chosen, setChosen] = useKept(draft, NONE);
  const { picked, all, role, emails } = chosen;
  const choose = (change: Partial<Draft>) => setChosen({ ...chosen, ...change });
  const [started, setStarted] = useState<string>();
  const [turn, setTurn] = useState(0);
  const query = { limit: 25, ...(search ? { search } : {}) };
  const none = whyNot ?? (!all && picked.length === 0 ? "Select users first." : role ? undefined : "Choose a default role first.");
  if (whyNot) {
    return (
      <Note tone="warn">
        <p>{whyNot}</p>
      </Note>
    );
  }

  async function run() {
    const body = { agents: all ? ("all_unlinked" as const) : picked, role: role ?? "", emails: typed(emails) };
    const { id } = await value(api.POST("/api/v1/users/import", { body }));
    setStarted(id);
    choose({ picked: [], all: false });
  }
  function pick(id: number, on: boolean) {
    const others = picked.filter((each) => each !== id);
    choose({ picked: on ? [...others, id] : others, all: false });
  }
  const again = () => setTurn((before) => before + 1);
  return (
    <div style={{ marginBottom: "1.6rem" }}>
      <RoleSelect label="Default role for imported users" of="agents" role={role} onChange={(next) => choose({ role: next })} />
      <DataList<Agent>
        name="Halo agents"
        of={`${JSON.stringify(query)} ${turn}`}
        load={(cursor) => value(api.GET("/api/v1/agents", { params: { query: { ...query, ...(cursor ? { cursor } : {}) } } }))}
        id={(row) => String(row.id)}
        columns={[
          { name: "Select", show: (row) => <Checkbox aria-label={`Select ${row.name}`} checked={all ? !row.link : picked.includes(row.id)} disabled={!!row.link} onChange={(event) => pick(row.id, event.currentTarget.checked)} /> },
          { name: "Name", show: (row) => (row.job_title ? `${row.name}, ${row.job_title}` : row.name) },
          { name: "E-mail", show: (row) => <Email agent={row} typed={emails[row.id] ?? ""} onType={(email) => choose({ emails: { ...emails, [row.id]: email } })} /> },
          { name: "Account", show: (row) => <AgentAccount agent={row} onDone={again} /> },
        ]}
        filters={
          <>
            <SearchBox label="Search agents" value={search} onChange={setSearch} />
            <Checkbox label="Select all unlinked users" checked={all} onChange={(event) => choose({ all: event.currentTarget.checked })} />
          </>
        }
        empty={<p>{search ? "Nobody is called that." : "No agents are known yet: Sync PSA Data reads them from Halo."}</p>}
      />
      <div style={{ marginTop: "1rem" }}>
        <Action onPress={run} whyNot={none}>
          {all ? "Import all unlinked users" : picked.length ? `Import ${picked.length} selected users` : "Import selected users"}
        </Action>
      </div>
      {started && <ImportProgress key={started} id={started} onEnd={again} />}
    </div>
  );
}

function Email({ agent, typed, onType }: { agent: Agent; typed: string; onType: (email: string) => void }) {
  if (agent.email) return <>{agent.email}</>;
  return <TextInput type="email" size="xs" aria-label={`E-mail of ${agent.name}`} placeholder="missing: type it here" value={typed} onChange={(event) => onType(event.currentTarget.value)} />;
}

function typed(emails: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(emails).filter(([, email]) => email.trim()));
}
