/** Sync activity: the run that goes on, the last ones as a chart, and all of them as a list. */
import { Stack } from "@mantine/core";

import { api, value } from "../api/client";
import type { Run } from "../api/types";
import { useResource } from "../api/useResource";
import { useRun } from "../api/useRun";
import { DataList } from "../parts/DataList";
import { Dialog } from "../parts/Dialog";
import { State } from "../parts/State";
import { When } from "../parts/When";
import { RunCard } from "./RunCard";
import { Timeline } from "./Timeline";
import { duration, nameOf, stateOf } from "./words";

const EVERY_MS = 5000;
const RUNS: { kind: "sync"[]; limit: number } = { kind: ["sync"], limit: 25 };

export default function ActivityPage() {
  const latest = useResource("runs-latest", () => value(api.GET("/api/v1/syncs", { params: { query: RUNS } })), EVERY_MS);
  const runs = latest.value?.items ?? [];
  const running = useRun(runs.find((run) => !run.ended)?.id);
  return (
    <>
      <h1>Sync activity</h1>
      <Stack gap="md">
        {running && <RunCard run={running} />}
        {runs.length > 0 && <Timeline runs={runs} />}
        <DataList<Run>
          name="Syncs"
          of="sync"
          every={EVERY_MS}
          load={(cursor) => value(api.GET("/api/v1/syncs", { params: { query: { ...RUNS, ...(cursor ? { cursor } : {}) } } }))}
          id={(row) => row.id}
          title={(row) => nameOf(row)}
          detail={(id, close) => <RunDetail id={id} onClose={close} />}
          columns={[
            { name: "Sync", show: nameOf },
            { name: "State", show: (row) => <RunState run={row} /> },
            { name: "Began", show: (row) => <When at={row.created} /> },
            { name: "Took", show: (row) => (row.started && row.finished ? duration((Date.parse(row.finished) - Date.parse(row.started)) / 1000) : "–") },
            { name: "By", show: (row) => row.actor },
          ]}
          empty={<p>Nothing was synced yet. Connect Halo, choose what to sync, and the first sync begins by itself.</p>}
        />
      </Stack>
    </>
  );
}

function RunState({ run }: { run: Run }) {
  const [word, tone] = stateOf(run);
  return (
    <div>
      <State tone={tone}>{word}</State>
      {run.problem && <div className="why">{run.problem.title}</div>}
    </div>
  );
}

function RunDetail({ id, onClose }: { id: string; onClose: () => void }) {
  const run = useRun(id);
  return (
    <Dialog onClose={onClose} title="Sync" size="xl">
      {run ? <RunCard run={run} /> : <p>Loading …</p>}
    </Dialog>
  );
}
