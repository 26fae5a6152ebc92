/** Import Assets: Halo's asset types mapped to device types, what waits to be imported, and the assets themselves. */
import { Stack } from "@mantine/core";
import { useState } from "react";

import { api, value } from "../api/client";
import { useResource } from "../api/useResource";
import { useWhyNot } from "../app/permissions";
import { Action } from "../parts/Action";
import { Bones } from "../parts/Bones";
import { ProblemNote } from "../parts/ProblemNote";
import { SubNav } from "../parts/SubNav";
import { AssetList } from "./AssetList";
import { QuickActions } from "./QuickActions";
import { TypeTable } from "./TypeTable";

export default function AssetsPage() {
  const types = useResource("asset-types", () => value(api.GET("/api/v1/assets/types")));
  const devices = useResource("device-types", () => value(api.GET("/api/v1/device-types")));
  const whyNot = useWhyNot("integrations:manage");
  const [turn, setTurn] = useState(0);
  async function reload() {
    await Promise.all([types.reload(), devices.reload()]);
    setTurn((before) => before + 1);
  }
  async function importAll() {
    await value(api.POST("/api/v1/assets/import", { body: {} }));
    await reload();
  }
  const shown = types.value;
  const none = whyNot ?? (shown && shown.pending > 0 ? undefined : "Nothing is pending: map asset types first.");
  return (
    <Stack gap="md">
      <div>
        <SubNav of="/assets" />
        <h1>Assets</h1>
      </div>
      {types.problem && <ProblemNote problem={types.problem.document} />}
      {!shown && !types.problem && <Bones lines={6} label="Loading the asset types" />}
      {shown && shown.items.length === 0 && (
        <div className="card">
          <p>No asset types are here yet: they come with the first sync, where Halo grants read:assets.</p>
        </div>
      )}
      {shown && shown.items.length > 0 && (
        <section className="card list" aria-labelledby="mappings">
          <div className="spread">
            <h2 id="mappings">Type mappings</h2>
            <QuickActions whyNot={whyNot} onDone={reload} />
          </div>
          <TypeTable types={shown.items} devices={devices.value?.items ?? []} whyNot={whyNot} onDone={reload} />
          <p role="status" aria-live="polite">
            {shown.pending.toLocaleString()} devices are pending.
          </p>
          <Action onPress={importAll} whyNot={none}>
            Import all pending
          </Action>
        </section>
      )}
      <AssetList turn={turn} types={shown?.items ?? []} />
    </Stack>
  );
}
