/** The planner in plain words. */
import type { Opportunity, PlannerItem } from "../api/types";
import type { Tone } from "../parts/Note";

export const STATES: Record<PlannerItem["state"], [string, Tone]> = {
  open: ["Open", "info"],
  won: ["Won", "good"],
  lost: ["Lost", "quiet"],
  closed: ["Closed", "quiet"],
  gone: ["No longer in Halo", "warn"],
};

export const OPPORTUNITY_STATES: Record<Opportunity["state"], [string, Tone]> = {
  open: STATES.open,
  won: STATES.won,
  lost: STATES.lost,
  closed: STATES.closed,
};

export const SOURCES: Record<PlannerItem["source"], string> = {
  own: "Made here",
  "auto-import": "Auto-import from Halo",
  import: "Imported from Halo",
  created: "Made here, sent to Halo",
};

export const MANAGED: readonly string[] = ["title", "description", "due", "value", "client_id"];

/** Why the fields of Halo can't be changed here, or undefined where they can. */
export function whyManaged(item: Pick<PlannerItem, "sync" | "opportunity" | "state">): string | undefined {
  if (item.sync === "managed") return `Opportunity ${item.opportunity} in Halo manages these fields: change them in Halo, or detach the item first.`;
  if (item.sync === "stopped") return `These fields are as they were last in opportunity ${item.opportunity} in Halo, which is ${STATES[item.state][0].toLowerCase()}. Detach the item to change them.`;
  return undefined;
}
