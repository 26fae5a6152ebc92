/** Halo's lists as options to pick from, with how many tickets each holds. */
import { api, value } from "../api/client";
import type { Choice } from "../api/types";
import { type Resource, useResource } from "../api/useResource";

export function useChoices(name: string, counts = false): Resource<Choice[]> {
  return useResource(`choices-${name}-${counts}`, async () => {
    const params = { path: { name }, query: { counts } };
    const { items } = await value(api.GET("/api/v1/integrations/halo/reference/{name}", { params }));
    // Before the first sync nothing is counted: a row of zeros would look like empty teams.
    return items.some((item) => item.tickets) ? items : items.map((item) => ({ ...item, tickets: null }));
  });
}

export interface Option {
  value: string;
  label: string;
}

/** Options of the active ones, and of inactive ones that are chosen already; in Halo's own order. */
export function options(choices: Choice[], chosen: readonly number[] = []): Option[] {
  const shown = choices.filter((choice) => !choice.inactive || chosen.includes(Number(choice.id)));
  const known = new Set(choices.map((choice) => Number(choice.id)));
  const gone = chosen.filter((id) => !known.has(id)).map((id) => ({ value: String(id), label: `${id} (no longer in Halo)` }));
  return [...shown.map((choice) => ({ value: String(choice.id), label: labelOf(choice) })), ...gone];
}

function labelOf(choice: Choice): string {
  const counted = choice.tickets == null ? "" : ` (${choice.tickets.toLocaleString()})`;
  return `${choice.name}${counted}${choice.inactive ? ", inactive" : ""}`;
}

export function namesOf(choices: Choice[] | undefined, ids: readonly number[]): string {
  const names = new Map((choices ?? []).map((choice) => [Number(choice.id), choice.name]));
  return ids.map((id) => names.get(id) ?? String(id)).join(", ") || "none";
}

export const toIds = (values: string[]): number[] => values.map(Number);
export const toValues = (ids: readonly number[]): string[] => ids.map(String);
