/** Opportunity defaults and auto-import: shown as soon as the API has them. */
export function OpportunitySettings(_: { whyNot: string | undefined }) {
  return null;
}
