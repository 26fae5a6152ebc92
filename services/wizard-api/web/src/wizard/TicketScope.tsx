/** Which tickets: teams to sync, statuses to leave out. */
import { Checkbox } from "@mantine/core";

import type { ProblemError } from "../api/problem";
import type { Choice, SyncSettings } from "../api/types";
import { Note } from "../parts/Note";
import { Action } from "../parts/Action";
import { options } from "../settings/choices";
import { IdsSelect } from "../settings/IdsSelect";

interface Props {
  settings: SyncSettings;
  edit: (change: Partial<SyncSettings>) => void;
  disabled: boolean;
  teams: Choice[] | undefined;
  statuses: Choice[] | undefined;
  problem: ProblemError | undefined;
  reload: () => Promise<void>;
}

export function TicketScope({ settings, edit, disabled, teams, statuses, problem, reload }: Props) {
  if (!settings.tickets) return null;
  const all = settings.teams === "all";
  const chosen = all ? [] : (settings.teams as number[] | undefined) ?? [];
  const excluded = settings.excluded_statuses ?? [];
  return (
    <fieldset disabled={disabled} style={{ maxWidth: "40rem" }}>
      <legend>Ticket Sync Scope</legend>
      {teams?.length === 0 && (
        <Note tone="warn">
          <p>No teams are known yet: they are being read from Halo, or the API agent sees none.</p>
          <Action size="compact-sm" variant="default" onPress={reload}>
            Look again
          </Action>
        </Note>
      )}
      <Checkbox label="All teams, also those that come later" checked={all} onChange={(event) => edit({ teams: event.currentTarget.checked ? "all" : [] })} disabled={disabled} mb="sm" />
      {!all && (
        <IdsSelect
          label="Teams to Sync"
          description="Only tickets of these teams appear in the portal"
          options={options(teams ?? [], chosen)}
          ids={chosen}
          onChange={(ids) => edit({ teams: ids })}
          disabled={disabled}
          error={problem?.field("teams")}
        />
      )}
      <IdsSelect
        label="Exclude Statuses"
        description="Tickets in these statuses are left out, e.g. Closed or Cancelled"
        options={options(statuses ?? [], excluded)}
        ids={excluded}
        onChange={(ids) => edit({ excluded_statuses: ids })}
        disabled={disabled}
        error={problem?.field("excluded_statuses")}
      />
    </fieldset>
  );
}
