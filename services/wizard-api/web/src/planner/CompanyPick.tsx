/** Whose it is: Halo's clients by name, searched on the server, since there may be many. */
import { Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useState } from "react";

import { api, value } from "../api/client";
import { useResource } from "../api/useResource";

interface Props {
  label: string;
  company: { id: number; name: string | null } | null;
  onChange: (company: { id: number; name: string } | null) => void;
  /** Only clients that are companies of the portal. */
  linked?: true;
  disabled?: boolean;
  error?: string | undefined;
  required?: boolean;
}

const PAUSE_MS = 300;

export function CompanyPick({ label, company, onChange, linked, disabled, error, required }: Props) {
  const [typed, setTyped] = useState("");
  const [search] = useDebouncedValue(typed === company?.name ? "" : typed, PAUSE_MS);
  const query = { limit: 50, ...(linked ? { linked } : {}), ...(search ? { search } : {}) };
  const found = useResource(disabled ? null : `companies-${JSON.stringify(query)}`, () => value(api.GET("/api/v1/companies", { params: { query } })));
  const data = (found.value?.items ?? []).map((each) => ({ value: String(each.id), label: each.name }));
  if (company && !data.some((each) => each.value === String(company.id))) data.unshift({ value: String(company.id), label: company.name ?? String(company.id) });
  return (
    <Select
      label={label}
      required={required ?? false}
      data={data}
      value={company ? String(company.id) : null}
      onChange={(id, option) => onChange(id === null ? null : { id: Number(id), name: option?.label ?? id })}
      searchValue={typed}
      onSearchChange={setTyped}
      searchable
      clearable
      clearButtonProps={{ "aria-label": `Clear ${label}` }}
      placeholder="None"
      nothingFoundMessage={found.value ? (linked ? "No linked company is called that" : "No company is called that") : "Loading …"}
      disabled={disabled ?? false}
      error={error ?? found.problem?.document.title}
    />
  );
}
