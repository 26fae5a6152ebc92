/** What is typed in step 1. The secret stays in memory alone: never in the browser's storage. */
import { onAnotherPerson } from "../api/session";
import { signal } from "../api/signal";
import type { Connection } from "../api/types";
import { draftOf, setDraft } from "../settings/drafts";

export interface Typed {
  url?: string;
  client_id?: string;
  client_secret?: string;
}

const DRAFT = "connection";
export const typed = signal<Typed>(draftOf<Typed>(DRAFT) ?? {});
onAnotherPerson(() => typed.set({}));

export function type(change: Typed): void {
  const { client_secret, ...kept } = { ...typed.get(), ...change };
  typed.set({ ...kept, ...(client_secret === undefined ? {} : { client_secret }) });
  setDraft(DRAFT, kept);
}

/** What was typed is saved. */
export function forgetTyped(): void {
  typed.set({});
  setDraft(DRAFT, undefined);
}

export interface Fields {
  url: string;
  client_id: string;
  client_secret: string;
}

/** The fields as they are shown: what is typed over what is saved. */
export function fieldsOf(draft: Typed, saved: Connection): Fields {
  const held = saved.active;
  return {
    url: draft.url ?? saved.url ?? held?.url ?? "",
    client_id: draft.client_id ?? saved.client_id ?? held?.client_id ?? "",
    client_secret: draft.client_secret ?? "",
  };
}

/** Whether something stands there that is not what was saved: then a green status would say too much. */
export function isChanged(draft: Typed, saved: Connection): boolean {
  const now = fieldsOf(draft, saved);
  const before = fieldsOf({}, saved);
  return now.url.trim() !== before.url || now.client_id.trim() !== before.client_id || now.client_secret !== "";
}

/** Why the test can't run yet, or undefined. */
export function whyNotTest(fields: Fields, saved: Connection): string | undefined {
  if (!fields.url.trim()) return "Enter the Halo URL first.";
  if (!fields.client_id.trim()) return "Enter the Client ID first.";
  if (!fields.client_secret && !saved.secret_set && !saved.active) return "Enter the Client Secret first.";
  return undefined;
}

/** Why the wizard can't go on, or undefined. */
export function whyNotNext(draft: Typed, saved: Connection): string | undefined {
  if (isChanged(draft, saved)) return "The details have changed: test the connection again.";
  if (saved.status === "failed") return "The last test failed: mend what it names, then test again.";
  return saved.status === "tested" || (!saved.url && saved.active) ? undefined : "Test the connection first.";
}
