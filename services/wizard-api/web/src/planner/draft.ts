/** What is typed of a planner item, and what of it has to be sent. */
import type { PlannerItemChange, PlannerItemDetail } from "../api/types";
import { dayField, dayIso } from "../parts/money";

export interface Draft {
  title: string;
  description: string;
  /** ``2027-03-31`` */
  due: string;
  value: number | null;
  company: { id: number; name: string | null } | null;
  notes: string;
  estimated_hours: number | null;
  period: string;
}

export const EMPTY: Draft = { title: "", description: "", due: "", value: null, company: null, notes: "", estimated_hours: null, period: "" };

export function draftOf(item: PlannerItemDetail): Draft {
  return {
    title: item.title,
    description: item.description,
    due: dayField(item.due),
    value: item.value,
    company: item.company,
    notes: item.notes,
    estimated_hours: item.estimated_hours,
    period: item.period ?? "",
  };
}

/** The fields that differ, as the API takes them: what is left out stays as it is. */
export function changesOf(draft: Draft, before: Draft): Partial<PlannerItemChange> {
  const changed: Partial<PlannerItemChange> = {};
  if (draft.title.trim() !== before.title) changed.title = draft.title.trim();
  if (draft.description !== before.description) changed.description = draft.description;
  if (draft.due !== before.due) changed.due = draft.due ? dayIso(draft.due) : null;
  if (draft.value !== before.value) changed.value = draft.value;
  if (draft.company?.id !== before.company?.id) changed.client_id = draft.company?.id ?? null;
  if (draft.notes !== before.notes) changed.notes = draft.notes;
  if (draft.estimated_hours !== before.estimated_hours) changed.estimated_hours = draft.estimated_hours;
  if (draft.period.trim() !== before.period) changed.period = draft.period.trim() || null;
  return changed;
}
