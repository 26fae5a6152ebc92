/** The four sync options, in the guide's words. */
import { Switch } from "@mantine/core";

import type { SyncSettings } from "../api/types";

const OPTIONS = [
  ["users", "Sync Users", "Sync user/contact data from Halo PSA"],
  ["companies", "Sync Companies", "Sync company/client data from Halo PSA"],
  ["tickets", "Enable Ticket Sync", "Sync tickets from Halo PSA"],
  ["opportunities", "Enable Opportunity Sync", "Sync opportunities from Halo PSA"],
] as const;

interface Props {
  settings: SyncSettings;
  edit: (change: Partial<SyncSettings>) => void;
  disabled: boolean;
}

export function Toggles({ settings, edit, disabled }: Props) {
  return (
    <fieldset disabled={disabled} style={{ marginBottom: "1.4rem" }}>
      <legend>Data Sync Options</legend>
      <div className="columns">
        {OPTIONS.map(([name, label, description]) => (
          <Switch
            key={name}
            label={label}
            description={description}
            checked={settings[name] ?? false}
            onChange={(event) => edit({ [name]: event.currentTarget.checked })}
            disabled={disabled}
          />
        ))}
      </div>
    </fieldset>
  );
}
