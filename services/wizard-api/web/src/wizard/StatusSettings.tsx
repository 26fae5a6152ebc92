/** Closed Statuses, Client Comment Status, and the kind of action that a comment becomes. */
import { Select } from "@mantine/core";

import type { ProblemError } from "../api/problem";
import type { Choice, TicketSettings } from "../api/types";
import { options } from "../settings/choices";
import { IdsSelect } from "../settings/IdsSelect";

export interface TicketProps {
  settings: TicketSettings;
  edit: (change: Partial<TicketSettings>) => void;
  disabled: boolean;
  statuses: Choice[];
  problem: ProblemError | undefined;
}

export function StatusSettings({ settings, edit, disabled, statuses, outcomes, problem }: TicketProps & { outcomes: Choice[] }) {
  const closed = settings.closed_statuses ?? [];
  const comment = settings.client_comment_status ?? null;
  const outcome = settings.comment_outcome ?? null;
  return (
    <fieldset disabled={disabled} style={{ maxWidth: "40rem" }}>
      <legend>Status Settings</legend>
      <IdsSelect
        label="Closed Statuses"
        description="Statuses that indicate a ticket is closed"
        options={options(statuses, closed)}
        ids={closed}
        onChange={(ids) => edit({ closed_statuses: ids })}
        disabled={disabled}
        error={problem?.field("closed_statuses")}
      />
      <Select
        label="Client Comment Status"
        description={'Set when a client comments on a ticket, e.g. "Updated"'}
        data={options(statuses, comment === null ? [] : [comment])}
        value={comment === null ? null : String(comment)}
        onChange={(id) => edit({ client_comment_status: id === null ? null : Number(id) })}
        searchable
        clearable
        clearButtonProps={{ "aria-label": "Clear Client Comment Status" }}
        placeholder="Leave the status as it is"
        disabled={disabled}
        error={problem?.field("client_comment_status")}
        mb="md"
      />
      <Select
        label="Comment Outcome"
        description="The kind of action in Halo that a comment from the portal becomes"
        data={outcomes.filter((each) => !each.inactive).map((each) => ({ value: String(each.id), label: each.usable === false ? `${each.name} (not fit for comments)` : each.name, disabled: each.usable === false }))}
        value={outcome === null ? null : String(outcome)}
        onChange={(id) => edit({ comment_outcome: id === null ? null : Number(id) })}
        searchable
        clearable
        clearButtonProps={{ "aria-label": "Clear Comment Outcome" }}
        placeholder="Not chosen: comments can't be sent yet"
        disabled={disabled}
        error={problem?.field("comment_outcome")}
        mb="lg"
      />
    </fieldset>
  );
}
