/** The settings of opportunities in the guide's words. */
import type { OpportunitySettings } from "../api/types";

const NAMES: Record<keyof OpportunitySettings, string> = {
  workflow_id: "Default Workflow",
  stage_id: "Default Stage",
  type: "Default Type",
  ticket_type_id: "Ticket type in Halo",
  probability: "Default Conversion Probability",
  categories: "Categories 1 - 4",
  auto_import: "Enable opportunity auto-import",
  auto_import_since: "Switched on",
  minimum_value: "Minimum value",
  auto_import_types: "Opportunity types to auto-import",
};

export function describe(field: keyof OpportunitySettings, value: unknown): { name: string; text: string } {
  return { name: NAMES[field] ?? field, text: text(value) };
}

function text(value: unknown): string {
  if (value === null || value === undefined) return "none";
  if (typeof value === "boolean") return value ? "on" : "off";
  if (Array.isArray(value)) return value.map((each) => each ?? "none").join(", ") || "all";
  return `${value as string | number}`;
}
