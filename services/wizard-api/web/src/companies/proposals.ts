/** What is accepted of the proposed links: certain ones unless they are taken out, others only where one is chosen. */
import type { Proposal } from "../api/types";

/** By client: the chosen portal company; null: none; nothing: not decided. */
export type Chosen = Readonly<Record<number, string | null>>;

export const REASONS: Record<Proposal["reason"], string> = {
  same_name: "same name",
  several: "several have this name",
  legal_form: "another legal form",
  inactive: "the company is inactive in the portal",
  similar: "a similar name",
};

export function acceptedOf(seen: readonly Proposal[], chosen: Chosen): { id: number; portal_company: string }[] {
  const accepted: { id: number; portal_company: string }[] = [];
  const taken = new Set<string>();
  for (const proposal of seen) {
    const held = chosen[proposal.id];
    const company = held === undefined && proposal.certain ? proposal.candidates[0]?.id : held;
    // One company of the portal is one client of Halo's: the first one has it.
    if (!company || taken.has(company)) continue;
    taken.add(company);
    accepted.push({ id: proposal.id, portal_company: company });
  }
  return accepted;
}
