/** One planner item: read, changed, made an opportunity, taken from Halo's hands and given back. */

import { api, value } from "../api/client";
import type { PlannerItemDetail } from "../api/types";
import { useResource } from "../api/useResource";
import { useWhyNot } from "../app/permissions";
import { Bones } from "../parts/Bones";
import { Dialog } from "../parts/Dialog";
import { Facts } from "../parts/Facts";
import { ProblemNote } from "../parts/ProblemNote";
import { State } from "../parts/State";
import { When } from "../parts/When";
import { ItemActions } from "./ItemActions";
import { ItemEditor } from "./ItemEditor";
import { ItemOpportunity } from "./ItemOpportunity";
import { ItemProject } from "./ItemProject";
import { SOURCES, STATES } from "./words";

export interface ItemProps {
  item: PlannerItemDetail;
  whyNot: string | undefined;
  /** The item has changed: as it is now, or to be asked for. */
  onChange: (item?: PlannerItemDetail) => void;
}

interface Props {
  id: string;
  onClose: () => void;
  onDone: () => void;
}

export function ItemDetail({ id, onClose, onDone }: Props) {
  const found = useResource(`planner-item-${id}`, () => value(api.GET("/api/v1/planner/items/{id}", { params: { path: { id } } })));
  const whyNot = useWhyNot("planner:write");
  const item = found.value;
  function changed(next?: PlannerItemDetail) {
    if (next) found.set(next);
    else void found.reload();
    onDone();
  }
  return (
    <Dialog onClose={onClose} size="xl" title={item?.title ?? "Planner item"}>
      {found.problem && <ProblemNote problem={found.problem.document} />}
      {!item && !found.problem && <Bones lines={8} label="Loading the item" />}
      {item && (
        <>
          <ItemFacts item={item} />
          <ItemEditor key={`${item.sync} ${item.id}`} item={item} whyNot={whyNot} onChange={changed} />
          <ItemProject item={item} whyNot={whyNot} onChange={changed} />
          <ItemOpportunity item={item} whyNot={whyNot} onChange={changed} />
          <ItemActions item={item} whyNot={whyNot} onChange={changed} onGone={() => (onDone(), onClose())} />
        </>
      )}
    </Dialog>
  );
}

function ItemFacts({ item }: { item: PlannerItemDetail }) {
  const [word, tone] = STATES[item.state];
  const facts = [
    ["State", <State tone={tone}>{word}</State>],
    ["From", SOURCES[item.source]],
    ["Opportunity in Halo", item.opportunity === null ? "none" : `${item.opportunity}${item.sync === "detached" ? " (detached)" : ""}`],
    ["Made", <When at={item.created} />],
  ] as const;
  return <Facts facts={facts} />;
}
