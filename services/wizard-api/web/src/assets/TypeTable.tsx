/** Each of Halo's asset types: how many devices, what it is mapped to, Auto-Sync, ignored or not. */
import { Select, Switch } from "@mantine/core";
import { useState } from "react";

import { api, value } from "../api/client";
import { asProblem, type ProblemError } from "../api/problem";
import type { AssetRule as Rule, AssetType, DeviceType } from "../api/types";
import { Action } from "../parts/Action";
import { ProblemNote } from "../parts/ProblemNote";

interface Props {
  types: AssetType[];
  devices: DeviceType[];
  whyNot: string | undefined;
  onDone: () => Promise<void>;
}

const HEADS = ["Provider Type", "Devices", "Maps to", "Auto-Sync", "Ignore", "Pending"];

export function TypeTable({ types, devices, whyNot, onDone }: Props) {
  return (
    <table aria-label="Asset types">
      <thead>
        <tr>
          {HEADS.map((head) => (
            <th key={head} scope="col">
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {types.map((type) => (
          <TypeRow key={type.id} type={type} devices={devices} whyNot={whyNot} onDone={onDone} />
        ))}
      </tbody>
    </table>
  );
}

function TypeRow({ type, devices, whyNot, onDone }: Omit<Props, "types"> & { type: AssetType }) {
  const [refused, setRefused] = useState<ProblemError>();
  const params = { path: { id: type.id } };
  async function change(body: { device_type?: string | null; auto_sync?: boolean; ignored?: boolean }) {
    setRefused(undefined);
    // What is left out stays as it is; the generated type asks for all fields that have a default.
    await value(api.PATCH("/api/v1/assets/types/{id}", { params, body: body as Rule })).catch((error: unknown) => setRefused(asProblem(error)));
    await onDone();
  }
  async function importThem() {
    await value(api.POST("/api/v1/assets/types/{id}/import", { params }));
    await onDone();
  }
  const off = !!whyNot;
  return (
    <tr>
      <td data-label="Provider Type">
        <div>
          {type.name} {type.exists === false && <span className="why">(no longer in Halo)</span>}
          {refused && <ProblemNote problem={refused.document} />}
        </div>
      </td>
      <td data-label="Devices">{type.devices.toLocaleString()}</td>
      <td data-label="Maps to">
        <Select
          aria-label={`Device type for ${type.name}`}
          placeholder="Unmapped"
          data={devices.map((each) => ({ value: each.id, label: each.name }))}
          value={type.maps_to?.id ?? null}
          onChange={(id) => void change({ device_type: id })}
          searchable
          clearable
          clearButtonProps={{ "aria-label": `Unmap ${type.name}` }}
          disabled={off || type.ignored}
        />
      </td>
      <td data-label="Auto-Sync">
        <Switch aria-label={`Auto-Sync ${type.name}`} checked={type.auto_sync} onChange={(event) => void change({ auto_sync: event.currentTarget.checked })} disabled={off || type.ignored || !type.maps_to} />
      </td>
      <td data-label="Ignore">
        <Switch aria-label={`Ignore ${type.name}`} checked={type.ignored} onChange={(event) => void change({ ignored: event.currentTarget.checked })} disabled={off} />
      </td>
      <td data-label="Pending">
        <div>
        {type.pending > 0 && !off ? (
          <Action size="compact-sm" variant="default" onPress={importThem} aria-label={`Import ${type.pending} of ${type.name}`}>
            Import {type.pending.toLocaleString()}
          </Action>
        ) : (
          type.pending.toLocaleString()
        )}
        <Left type={type} />
        </div>
      </td>
    </tr>
  );
}

/** Those that are not pending and no devices, each with its reason. */
function Left({ type }: { type: AssetType }) {
  const reasons = [
    [type.imported, "imported"],
    [type.held_back, "held back: company not linked"],
    [type.ignored_devices, "ignored"],
    [type.retired, "retired in Halo"],
  ] as const;
  return (
    <>
      {reasons
        .filter(([count]) => count > 0)
        .map(([count, why]) => (
          <div key={why} className="why">
            {count.toLocaleString()} {why}
          </div>
        ))}
    </>
  );
}
