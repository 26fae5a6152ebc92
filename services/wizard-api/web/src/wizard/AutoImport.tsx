/** Contact auto-import: on or off, and the role of those who come that way. */
import { Switch } from "@mantine/core";

import type { ProblemError } from "../api/problem";
import type { SyncSettings } from "../api/types";
import { RoleSelect } from "../settings/RoleSelect";
import { TypeRoles } from "./TypeRoles";

interface Props {
  settings: SyncSettings;
  edit: (change: Partial<SyncSettings>) => void;
  disabled: boolean;
  problem: ProblemError | undefined;
}

export function AutoImport({ settings, edit, disabled, problem }: Props) {
  return (
    <fieldset disabled={disabled} style={{ marginBottom: "1.4rem" }}>
      <legend>Contact Auto-Import</legend>
      <Switch
        label="Auto-Import"
        description="Create user accounts for active contacts when their company is added"
        checked={settings.auto_import ?? false}
        onChange={(event) => edit({ auto_import: event.currentTarget.checked })}
        disabled={disabled}
        mb="sm"
      />
      {settings.auto_import && (
        <>
          <RoleSelect
          label="Default Role for Imported Contacts"
          of="contacts"
          role={settings.default_role ?? null}
          onChange={(role) => edit({ default_role: role })}
          disabled={disabled}
          error={problem?.field("default_role")}
        />
        <TypeRoles roles={settings.contact_type_roles ?? {}} onChange={(contact_type_roles) => edit({ contact_type_roles })} disabled={disabled} problem={problem} />
        </>
      )}
    </fieldset>
  );
}
