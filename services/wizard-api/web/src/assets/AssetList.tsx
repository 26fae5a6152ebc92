/** Halo's assets, and which of them are devices of the portal. */
import { Select } from "@mantine/core";

import { api, value } from "../api/client";
import type { Asset, AssetState, AssetType } from "../api/types";
import { DataList } from "../parts/DataList";
import type { Tone } from "../parts/Note";
import { SearchBox } from "../parts/SearchBox";
import { State } from "../parts/State";
import { useFilter } from "../parts/useFilter";

const STATES: Record<AssetState, [string, Tone]> = {
  imported: ["Imported", "good"],
  pending: ["Pending", "info"],
  held_back: ["Company not linked", "warn"],
  ignored: ["Ignored", "quiet"],
  retired: ["Retired", "quiet"],
};

export function AssetList({ turn, types }: { turn: number; types: AssetType[] }) {
  const filter = useFilter();
  const search = filter.get("search");
  const state = filter.get("state") as AssetState | "";
  const type = filter.get("type");
  const query = { limit: 50, ...(search ? { search } : {}), ...(state ? { state } : {}), ...(type ? { type: Number(type) } : {}) };
  return (
    <DataList<Asset>
      name="Assets"
      of={`${JSON.stringify(query)} ${turn}`}
      load={(cursor) => value(api.GET("/api/v1/assets", { params: { query: { ...query, ...(cursor ? { cursor } : {}) } } }))}
      id={(row) => String(row.id)}
      columns={[
        { name: "Asset", show: (row) => row.name },
        { name: "Type", show: (row) => row.type?.name ?? "" },
        { name: "Company", show: (row) => row.client?.name ?? "" },
        { name: "Serial number", show: (row) => row.serial ?? "" },
        { name: "Model", show: (row) => [row.manufacturer, row.model].filter(Boolean).join(" ") },
        { name: "State", show: (row) => <State tone={STATES[row.state][1]}>{STATES[row.state][0]}</State> },
      ]}
      filters={
        <>
          <SearchBox label="Search assets" value={search} onChange={(text) => filter.set("search", text)} />
          <Select label="State" placeholder="Any" data={Object.entries(STATES).map(([name, [word]]) => ({ value: name, label: word }))} value={state || null} onChange={(next) => filter.set("state", next)} clearable clearButtonProps={{ "aria-label": "Clear State" }} />
          <Select label="Type" placeholder="Any" data={types.map((each) => ({ value: String(each.id), label: each.name }))} value={type || null} onChange={(next) => filter.set("type", next)} searchable clearable clearButtonProps={{ "aria-label": "Clear Type" }} />
        </>
      }
      empty={<p>{search || state || type ? "No asset fits this filter." : "No assets are here yet: they come with the next sync."}</p>}
    />
  );
}
