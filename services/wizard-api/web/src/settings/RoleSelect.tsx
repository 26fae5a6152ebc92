/** A role of the portal: those that may be given to contacts, or to staff. */
import { Select } from "@mantine/core";

import { api, value } from "../api/client";
import { useResource } from "../api/useResource";

interface Props {
  label: string;
  of: "contacts" | "agents";
  role: string | null;
  onChange: (role: string | null) => void;
  disabled?: boolean;
  /** None at all is a choice. */
  clearable?: true;
  error?: string | undefined;
}

export function RoleSelect({ label, of, role, onChange, disabled, clearable, error }: Props) {
  const roles = useResource("roles", () => value(api.GET("/api/v1/roles")));
  const fit = (roles.value?.items ?? []).filter((each) => each[of]);
  const known = fit.some((each) => each.id === role);
  const data = fit.map((each) => ({ value: each.id, label: each.name }));
  // A role that is no longer there is shown as what it is, not as an empty field.
  if (role && !known) data.push({ value: role, label: `${role} (not a role of the portal)` });
  return (
    <>
      <Select
        label={label}
        data={data}
        value={role}
        onChange={onChange}
        placeholder={roles.value && fit.length === 0 ? "The portal has no role for this" : "Choose a role"}
        searchable
        clearable={clearable ?? false}
        allowDeselect={clearable ?? false}
        clearButtonProps={{ "aria-label": `Clear ${label}` }}
        disabled={disabled ?? false}
        error={error ?? roles.problem?.document.title}
        maw={360}
        mb="sm"
      />
      {(roles.value?.warnings ?? []).map((warning) => (
        <p key={warning} className="why">
          {warning}
        </p>
      ))}
    </>
  );
}
