/** One of Halo's clients: its link, and the role that its contacts get. */

import { api, value } from "../api/client";
import { useResource } from "../api/useResource";
import { useWhyNot } from "../app/permissions";
import { Bones } from "../parts/Bones";
import { Dialog } from "../parts/Dialog";
import { Facts } from "../parts/Facts";
import { ProblemNote } from "../parts/ProblemNote";
import { State } from "../parts/State";
import { CompanyRole } from "./CompanyRole";
import { LinkButton } from "./LinkButton";

interface Props {
  id: number;
  onClose: () => void;
  onDone: () => void;
}

export function CompanyDetail({ id, onClose, onDone }: Props) {
  const found = useResource(`company-${id}`, () => value(api.GET("/api/v1/companies/{id}", { params: { path: { id } } })));
  const whyNot = useWhyNot("integrations:manage");
  const shown = found.value;
  return (
    <Dialog onClose={onClose} size="lg" title={shown?.name ?? "Company"}>
      {found.problem && <ProblemNote problem={found.problem.document} />}
      {!shown && !found.problem && <Bones lines={6} label="Loading the company" />}
      {shown && (
        <>
          <Facts
            facts={[
              ["In the portal", shown.link ? <State tone="good">{shown.link.name}</State> : "not linked"],
              ["State in Halo", shown.inactive ? "inactive" : "active"],
              ["Number in Halo", shown.id],
              ["Reference", shown.reference],
              ["Top level", shown.top_level_name],
            ]}
          />
          <LinkButton company={shown} whyNot={whyNot} onDone={() => (void found.reload(), onDone())} />
          <CompanyRole id={id} />
        </>
      )}
    </Dialog>
  );
}
