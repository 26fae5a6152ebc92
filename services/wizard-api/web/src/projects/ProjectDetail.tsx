/** One project, whole, with the planner items that it carries out. */

import { api, value } from "../api/client";
import { useResource } from "../api/useResource";
import { follow } from "../app/router";
import { Bones } from "../parts/Bones";
import { Dialog } from "../parts/Dialog";
import { Facts } from "../parts/Facts";
import { day } from "../parts/money";
import { ProblemNote } from "../parts/ProblemNote";
import { Budget } from "./Budget";

export function ProjectDetail({ id, onClose }: { id: number; onClose: () => void }) {
  const found = useResource(`project-${id}`, () => value(api.GET("/api/v1/projects/{id}", { params: { path: { id } } })));
  const items = useResource(`items-of-project-${id}`, () => value(api.GET("/api/v1/planner/items", { params: { query: { project: id, limit: 100 } } })));
  const shown = found.value;
  return (
    <Dialog onClose={onClose} size="xl" title={shown ? `#${id} ${shown.title}` : `Project #${id}`}>
      {found.problem && <ProblemNote problem={found.problem.document} />}
      {!shown && !found.problem && <Bones lines={6} label="Loading the project" />}
      {shown && (
        <>
          <Facts
            facts={[
              ["Company", shown.company?.name],
              ["Status", shown.status?.name],
              ["Type", shown.type?.name],
              ["Agent", shown.agent?.name],
              ["Start", day(shown.start)],
              ["Target", shown.overdue ? `${day(shown.target)}, overdue` : day(shown.target)],
              ["Closed", day(shown.closed_at)],
              ["Hours", <Budget name="Hours" budget={shown.time} unit="h" />],
              ["Money", <Budget name="Money" budget={shown.money} />],
            ]}
          />
          {shown.description && <pre style={{ fontFamily: "inherit" }}>{shown.description}</pre>}
          <h3 style={{ marginTop: "1rem" }}>Planner items</h3>
          {items.value?.items.length === 0 && <p className="quiet">None is linked to it: link one from the planner.</p>}
          <ul>
            {(items.value?.items ?? []).map((item) => (
              <li key={item.id}>
                <a href={`/planner?open=${encodeURIComponent(item.id)}`} onClick={follow}>
                  {item.title}
                </a>
              </li>
            ))}
          </ul>
        </>
      )}
    </Dialog>
  );
}
