/** The project that carries an item out: linked, changed for another, unlinked. Neither is changed in Halo. */
import { Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useState } from "react";

import { api, value } from "../api/client";
import { useResource } from "../api/useResource";
import { Action } from "../parts/Action";
import type { ItemProps } from "./ItemDetail";

const PAUSE_MS = 300;

export function ItemProject({ item, whyNot, onChange }: ItemProps) {
  const params = { path: { id: item.id } };
  async function unlink() {
    await value(api.DELETE("/api/v1/planner/items/{id}/project", { params }));
    onChange();
  }
  return (
    <section className="part" aria-labelledby="project">
      <h3 id="project">Project</h3>
      {item.project ? (
        <div className="bar">
          <span>
            {item.project.name ?? "Project"} <span className="quiet">#{item.project.id}</span>
            {!item.project.exists && <span className="why"> (no longer in Halo)</span>}
          </span>
          <Action size="compact-sm" variant="default" onPress={unlink} whyNot={whyNot} silent aria-label={`Unlink project ${item.project.id}`}>
            Unlink
          </Action>
        </div>
      ) : (
        <ProjectPick item={item} whyNot={whyNot} onChange={onChange} />
      )}
    </section>
  );
}

function ProjectPick({ item, whyNot, onChange }: ItemProps) {
  const [typed, setTyped] = useState("");
  const [search] = useDebouncedValue(typed, PAUSE_MS);
  const [chosen, setChosen] = useState<string | null>(null);
  const query = { limit: 50, ...(search && !chosen ? { search } : {}) };
  const found = useResource(whyNot ? null : `projects-${JSON.stringify(query)}`, () => value(api.GET("/api/v1/projects", { params: { query } })));
  const data = (found.value?.items ?? []).map((each) => ({ value: String(each.id), label: `${each.title} #${each.id}` }));
  async function link() {
    onChange(await value(api.PUT("/api/v1/planner/items/{id}/project", { params: { path: { id: item.id } }, body: { project: Number(chosen) } })));
  }
  return (
    <div className="bar" style={{ alignItems: "end" }}>
      <Select
        label="Project in Halo"
        data={data}
        value={chosen}
        onChange={setChosen}
        searchValue={typed}
        onSearchChange={setTyped}
        searchable
        clearable
        clearButtonProps={{ "aria-label": "Clear Project in Halo" }}
        placeholder="None"
        nothingFoundMessage={found.value ? "No project is called that" : "Loading …"}
        disabled={!!whyNot}
        error={found.problem?.document.title}
        style={{ flex: "1 1 16rem" }}
      />
      <Action variant="default" onPress={link} whyNot={whyNot ?? (chosen ? undefined : "Choose a project first.")} silent>
        Link project
      </Action>
    </div>
  );
}
