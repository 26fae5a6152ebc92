/** A searchable choice of several of Halo's things. */
import { MultiSelect } from "@mantine/core";

import { type Option, toIds, toValues } from "./choices";

interface Props {
  label: string;
  description?: string;
  options: Option[];
  ids: readonly number[];
  onChange: (ids: number[]) => void;
  disabled?: boolean;
  error?: string | undefined;
}

export function IdsSelect({ label, description, options, ids, onChange, disabled, error }: Props) {
  return (
    <MultiSelect
      label={label}
      {...(description ? { description } : {})}
      {...(error ? { error } : {})}
      data={options}
      value={toValues(ids)}
      onChange={(values) => onChange(toIds(values))}
      searchable
      clearable
      clearButtonProps={{ "aria-label": `Clear ${label}` }}
      hidePickedOptions
      nothingFoundMessage="Nothing found"
      placeholder={ids.length === 0 ? "Type to search" : ""}
      disabled={disabled ?? false}
      maxDropdownHeight={260}
      mb="md"
    />
  );
}
