/** A role of the portal. */
import { TextInput } from "@mantine/core";

interface Props {
  label: string;
  value: string | null;
  onChange: (role: string | null) => void;
  disabled?: boolean;
  error?: string | undefined;
}

export function RoleSelect({ label, value, onChange, disabled, error }: Props) {
  return (
    <TextInput
      label={label}
      description="The role's name in the portal, e.g. viewer"
      value={value ?? ""}
      onChange={(event) => onChange(event.currentTarget.value || null)}
      disabled={disabled ?? false}
      {...(error ? { error } : {})}
      maw={340}
      mb="md"
    />
  );
}
