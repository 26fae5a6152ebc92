/** What an asset can become: built-in device types, and one's own. */
import { TextInput } from "@mantine/core";
import { useState } from "react";

import { api, value } from "../api/client";
import { asProblem, type ProblemError } from "../api/problem";
import type { DeviceType } from "../api/types";
import { useWhyNot } from "../app/permissions";
import { Action } from "../parts/Action";
import { DataList } from "../parts/DataList";
import { SubNav } from "../parts/SubNav";

export default function DeviceTypesPage() {
  const whyNot = useWhyNot("integrations:manage");
  const [turn, setTurn] = useState(0);
  const again = () => setTurn((before) => before + 1);
  return (
    <>
      <SubNav of="/assets" />
      <h1>Device types</h1>
      <AddType whyNot={whyNot} onDone={again} />
      <DataList<DeviceType>
        name="Device types"
        of={String(turn)}
        load={() => value(api.GET("/api/v1/device-types"))}
        id={(row) => row.id}
        columns={[
          { name: "Device type", show: (row) => row.name },
          { name: "Kind", show: (row) => (row.built_in ? "built in" : "your own") },
          { name: "Asset types", show: (row) => (row.asset_types ?? 0).toLocaleString() },
          { name: "Devices", show: (row) => (row.devices ?? 0).toLocaleString() },
          { name: "Delete", show: (row) => <DeleteType type={row} whyNot={whyNot} onDone={again} /> },
        ]}
        empty={<p>There are no device types.</p>}
      />
    </>
  );
}

function AddType({ whyNot, onDone }: { whyNot: string | undefined; onDone: () => void }) {
  const [name, setName] = useState("");
  const [problem, setProblem] = useState<ProblemError>();
  async function add() {
    setProblem(undefined);
    try {
      await value(api.POST("/api/v1/device-types", { body: { name: name.trim() } }));
      setName("");
      onDone();
    } catch (error) {
      setProblem(asProblem(error));
    }
  }
  return (
    <div className="bar" style={{ alignItems: "end", marginBottom: "1rem" }}>
      <TextInput label="New device type" maxLength={100} value={name} onChange={(event) => setName(event.currentTarget.value)} error={problem ? (problem.field("name") ?? problem.document.title) : undefined} disabled={!!whyNot} />
      <Action variant="default" onPress={add} whyNot={whyNot ?? (name.trim() ? undefined : "Type a name first.")}>
        Add
      </Action>
    </div>
  );
}

function DeleteType({ type, whyNot, onDone }: { type: DeviceType; whyNot: string | undefined; onDone: () => void }) {
  if (type.built_in || whyNot) return <span className="quiet">–</span>;
  const used = (type.asset_types ?? 0) + (type.devices ?? 0) > 0;
  async function remove() {
    await value(api.DELETE("/api/v1/device-types/{id}", { params: { path: { id: type.id } } }));
    onDone();
  }
  if (used) return <span className="why">in use</span>;
  return (
    <Action size="compact-sm" variant="default" onPress={remove} aria-label={`Delete ${type.name}`}>
      Delete
    </Action>
  );
}
