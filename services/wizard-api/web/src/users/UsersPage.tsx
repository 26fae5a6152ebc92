/** Accounts that came from Halo, with their roles; technicians are imported here as in the wizard. */
import { Select, Stack } from "@mantine/core";
import { useState } from "react";

import { api, value } from "../api/client";
import type { User } from "../api/types";
import { Action } from "../parts/Action";
import { DataList } from "../parts/DataList";
import { Dialog } from "../parts/Dialog";
import { SearchBox } from "../parts/SearchBox";
import { State } from "../parts/State";
import { useFilter } from "../parts/useFilter";
import { AgentImport } from "./AgentImport";
import { UserLinks } from "./UserLinks";
import { UserRole } from "./UserRole";

const TONES = { active: "good", suspended: "warn", offered: "info" } as const;

export default function UsersPage() {
  const filter = useFilter();
  const [importing, setImporting] = useState(false);
  const [turn, setTurn] = useState(0);
  const again = () => setTurn((before) => before + 1);
  const state = filter.get("state") as User["state"] | "";
  const search = filter.get("search");
  const origin = filter.get("origin") as User["origin"] | "";
  const query = { limit: 50, ...(search ? { search } : {}), ...(origin ? { origin } : {}), ...(state ? { state } : {}) };
  return (
    <Stack gap="md">
      <div className="spread">
        <h1>Users</h1>
        <Action onPress={() => setImporting(true)}>Import Users</Action>
      </div>
      <DataList<User>
        name="Users"
        of={`${JSON.stringify(query)} ${turn}`}
        load={(cursor) => value(api.GET("/api/v1/users", { params: { query: { ...query, ...(cursor ? { cursor } : {}) } } }))}
        id={(row) => row.id ?? row.email}
        columns={[
          { name: "Name", show: (row) => row.name },
          { name: "E-mail", show: (row) => row.email },
          { name: "From", show: (row) => (row.origin === "agent" ? "Halo agent" : "Halo contact") },
          { name: "State", show: (row) => <State tone={TONES[row.state]}>{row.state}</State> },
          { name: "Companies", show: (row) => row.companies.map((company) => company.name ?? company.id).join(", ") },
          { name: "Role", show: (row) => <UserRole user={row} onDone={again} /> },
          { name: "Link", show: (row) => <UserLinks user={row} onDone={again} /> },
        ]}
        filters={
          <>
            <SearchBox label="Search users" value={search} onChange={(text) => filter.set("search", text)} />
            <Select
              label="From"
              placeholder="Both"
              data={[
                { value: "agent", label: "Halo agents" },
                { value: "contact", label: "Halo contacts" },
              ]}
              value={origin || null}
              onChange={(next) => filter.set("origin", next)}
              clearable
              clearButtonProps={{ "aria-label": "Clear From" }}
            />
            <Select label="State" placeholder="Any" data={Object.keys(TONES)} value={state || null} onChange={(next) => filter.set("state", next)} clearable clearButtonProps={{ "aria-label": "Clear State" }} />
          </>
        }
        empty={<p>{search || origin || state ? "Nobody fits this filter." : "No accounts came from Halo yet: import users, or switch on Auto-Import in the setup."}</p>}
      />
      {importing && (
        <Dialog
          onClose={() => {
            setImporting(false);
            again();
          }}
          title="Import Users"
          size="xl"
        >
          <AgentImport />
        </Dialog>
      )}
    </Stack>
  );
}
