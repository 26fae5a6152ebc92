/** Devices of the portal that came from Halo's assets. */
import { Select, Switch } from "@mantine/core";

import { api, value } from "../api/client";
import type { Device } from "../api/types";
import { useResource } from "../api/useResource";
import { DataList } from "../parts/DataList";
import { SearchBox } from "../parts/SearchBox";
import { State } from "../parts/State";
import { SubNav } from "../parts/SubNav";
import { useFilter } from "../parts/useFilter";
import { DeviceDetail } from "./DeviceDetail";
import { DEVICE_STATES } from "./words";

export default function DevicesPage() {
  const filter = useFilter();
  const types = useResource("device-types", () => value(api.GET("/api/v1/device-types")));
  const search = filter.get("search");
  const state = filter.get("state") as Device["state"] | "";
  const type = filter.get("type");
  const conflict = filter.get("conflict") === "true";
  const query = { limit: 50, ...(search ? { search } : {}), ...(state ? { state } : {}), ...(type ? { device_type: type } : {}), ...(conflict ? { conflict } : {}) };
  return (
    <>
      <SubNav of="/assets" />
      <h1>Devices</h1>
      <DataList<Device>
        name="Devices"
        of={JSON.stringify(query)}
        load={(cursor) => value(api.GET("/api/v1/devices", { params: { query: { ...query, ...(cursor ? { cursor } : {}) } } }))}
        id={(row) => row.id}
        title={(row) => row.name}
        detail={(id, close) => <DeviceDetail id={id} onClose={close} />}
        columns={[
          { name: "Device", show: (row) => row.name },
          { name: "Device type", show: (row) => (row.device_type ? `${row.device_type.name}${row.mapped ? "" : " (no longer mapped)"}` : "none") },
          { name: "Company", show: (row) => row.client?.name ?? "" },
          { name: "Serial number", show: (row) => row.serial_number ?? "" },
          { name: "State", show: (row) => <DeviceState device={row} /> },
        ]}
        filters={
          <>
            <SearchBox label="Search devices" value={search} onChange={(text) => filter.set("search", text)} />
            <Select label="Device type" placeholder="Any" data={(types.value?.items ?? []).map((each) => ({ value: each.id, label: each.name }))} value={type || null} onChange={(next) => filter.set("type", next)} searchable clearable clearButtonProps={{ "aria-label": "Clear Device type" }} />
            <Select label="State" placeholder="Any" data={Object.entries(DEVICE_STATES).map(([name, [word]]) => ({ value: name, label: word }))} value={state || null} onChange={(next) => filter.set("state", next)} clearable clearButtonProps={{ "aria-label": "Clear State" }} />
            <Switch label="Serial number claimed twice" checked={conflict} onChange={(event) => filter.set("conflict", event.currentTarget.checked ? "true" : null)} pb="0.4rem" />
          </>
        }
        empty={<p>{search || state || type || conflict ? "No device fits this filter." : "No devices are here yet: map asset types on the Assets page, then import what is pending."}</p>}
      />
    </>
  );
}

function DeviceState({ device }: { device: Device }) {
  const [word, tone] = DEVICE_STATES[device.state];
  return (
    <>
      <State tone={tone}>{word}</State>
      {device.reason && <div className="why">{device.reason}</div>}
      {device.conflict.length > 1 && <div className="why">Serial number of assets {device.conflict.join(", ")}</div>}
    </>
  );
}
