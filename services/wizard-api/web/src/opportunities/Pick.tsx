/** One searchable choice, by Halo's id or by its text. */
import { Select } from "@mantine/core";

import type { Option } from "../settings/choices";

interface Props {
  label: string;
  data: Option[];
  value?: number | null | undefined;
  onChange?: (id: number | null) => void;
  text?: string | null;
  onText?: (text: string | null) => void;
  disabled: boolean;
  error: string | undefined;
}

export function Pick({ label, data, value, onChange, text, onText, disabled, error }: Props) {
  const held = text ?? (value == null ? null : String(value));
  // What is no longer in Halo's list is shown, not hidden.
  const shown = held !== null && !data.some((each) => each.value === held) ? [...data, { value: held, label: text ?? `${held} (no longer in Halo)` }] : data;
  return (
    <Select
      label={label}
      data={shown}
      value={held}
      onChange={(next) => (onText ? onText(next) : onChange?.(next === null ? null : Number(next)))}
      searchable
      clearable
      clearButtonProps={{ "aria-label": `Clear ${label}` }}
      placeholder="None"
      nothingFoundMessage="Nothing found"
      disabled={disabled}
      error={error}
    />
  );
}
