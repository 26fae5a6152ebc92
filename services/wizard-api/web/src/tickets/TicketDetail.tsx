/** One ticket: where it stands, what it says, its comments. */

import { api, value } from "../api/client";
import { useResource } from "../api/useResource";
import { Bones } from "../parts/Bones";
import { Dialog } from "../parts/Dialog";
import { ProblemNote } from "../parts/ProblemNote";
import { StageStepper } from "../parts/StageStepper";
import { When } from "../parts/When";
import { Comments } from "./Comments";

export function TicketDetail({ id, onClose }: { id: number; onClose: () => void }) {
  const ticket = useResource(`ticket-${id}`, () => value(api.GET("/api/v1/tickets/{id}", { params: { path: { id } } })));
  const shown = ticket.value;
  return (
    <Dialog onClose={onClose} size="xl" title={shown ? `#${id} ${shown.summary}` : `Ticket #${id}`}>
      {ticket.problem && <ProblemNote problem={ticket.problem.document} />}
      {!shown && !ticket.problem && <Bones lines={6} label="Loading the ticket" />}
      {shown && (
        <>
          <StageStepper stage={shown.stage} />
          <dl className="facts" style={{ margin: "1rem 0" }}>
            {[
              ["Company", shown.company?.name],
              ["Status", shown.status?.name],
              ["Priority", shown.priority?.name],
              ["Team", shown.team?.name],
              ["Agent", shown.agent?.name],
              ["Reported by", shown.user_name],
            ].map(([name, text]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{text ?? "–"}</dd>
              </div>
            ))}
            <div>
              <dt>Opened</dt>
              <dd>
                <When at={shown.occurred} never="–" />
              </dd>
            </div>
          </dl>
          {shown.details && <pre style={{ fontFamily: "inherit" }}>{shown.details}</pre>}
          <Comments ticket={id} />
        </>
      )}
    </Dialog>
  );
}
