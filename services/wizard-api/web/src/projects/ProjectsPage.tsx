/** Halo's projects: where they stand, and what of their budgets is used. */
import { Select, Switch } from "@mantine/core";

import { api, value } from "../api/client";
import type { Project } from "../api/types";
import { DataList } from "../parts/DataList";
import { day } from "../parts/money";
import { SearchBox } from "../parts/SearchBox";
import { State } from "../parts/State";
import { SubNav } from "../parts/SubNav";
import { useFilter } from "../parts/useFilter";
import { Budget } from "./Budget";
import { ProjectDetail } from "./ProjectDetail";

export default function ProjectsPage() {
  const filter = useFilter();
  const search = filter.get("search");
  const closed = filter.get("closed");
  const overdue = filter.get("overdue") === "true";
  const over = filter.get("over") === "true";
  const query = {
    limit: 50,
    ...(search ? { search } : {}),
    ...(closed ? { closed: closed === "true" } : {}),
    ...(overdue ? { overdue } : {}),
    ...(over ? { over_budget: over } : {}),
  };
  return (
    <>
      <SubNav of="/planner" />
      <h1>Projects</h1>
      <DataList<Project>
        name="Projects"
        of={JSON.stringify(query)}
        load={(cursor) => value(api.GET("/api/v1/projects", { params: { query: { ...query, ...(cursor ? { cursor } : {}) } } }))}
        id={(row) => String(row.id)}
        title={(row) => row.title}
        detail={(id, close) => <ProjectDetail id={Number(id)} onClose={close} />}
        columns={[
          { name: "Project", show: (row) => row.title },
          { name: "Company", show: (row) => row.company?.name ?? "" },
          { name: "State", show: (row) => <ProjectState project={row} /> },
          { name: "Target", show: (row) => <span className="line">{day(row.target)}</span> },
          { name: "Hours", show: (row) => <Budget name={`Hours of ${row.title}`} budget={row.time} unit="h" /> },
          { name: "Money", show: (row) => <Budget name={`Money of ${row.title}`} budget={row.money} /> },
        ]}
        filters={
          <>
            <SearchBox label="Search projects" value={search} onChange={(text) => filter.set("search", text)} />
            <Select
              label="Open or closed"
              placeholder="Both"
              data={[
                { value: "false", label: "Open" },
                { value: "true", label: "Closed" },
              ]}
              value={closed || null}
              onChange={(next) => filter.set("closed", next)}
              clearable
              clearButtonProps={{ "aria-label": "Clear Open or closed" }}
            />
            <Switch label="Overdue" checked={overdue} onChange={(event) => filter.set("overdue", event.currentTarget.checked ? "true" : null)} pb="0.4rem" />
            <Switch label="Over budget" checked={over} onChange={(event) => filter.set("over", event.currentTarget.checked ? "true" : null)} pb="0.4rem" />
          </>
        }
        empty={<p>{search || closed || overdue || over ? "No project fits this filter." : "No projects are here yet: they come with the next sync, where Halo grants read:projects."}</p>}
      />
    </>
  );
}

function ProjectState({ project }: { project: Project }) {
  return (
    <span className="bar" style={{ gap: "0.3rem" }}>
      <State tone={project.closed ? "quiet" : "info"}>{project.status?.name ?? (project.closed ? "Closed" : "Open")}</State>
      {project.overdue && <State tone="bad">Overdue</State>}
      {project.over_budget && <State tone="warn">Over budget</State>}
    </span>
  );
}
