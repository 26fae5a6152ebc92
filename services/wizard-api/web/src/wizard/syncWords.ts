/** Step 2's settings in the guide's words. */
import type { SyncSettings } from "../api/types";

const NAMES: Record<keyof SyncSettings, string> = {
  users: "Sync Users",
  companies: "Sync Companies",
  tickets: "Enable Ticket Sync",
  opportunities: "Enable Opportunity Sync",
  auto_import: "Auto-Import",
  default_role: "Default Role for Imported Contacts",
  contact_type_roles: "Roles by contact type",
  teams: "Teams to Sync",
  excluded_statuses: "Exclude Statuses",
  interval_minutes: "Sync every",
};

export function describeSync(field: keyof SyncSettings, value: unknown, names: (ids: number[]) => string): { name: string; text: string } {
  return { name: NAMES[field], text: textOf(value, names) };
}

function textOf(value: unknown, names: (ids: number[]) => string): string {
  if (value === "all") return "All teams";
  if (typeof value === "boolean") return value ? "on" : "off";
  if (Array.isArray(value)) return names(value as number[]);
  if (value === null || value === undefined) return "none";
  if (typeof value === "object") return Object.entries(value as Record<string, string>).map(([type, role]) => `${type}: ${role}`).join(", ") || "none";
  return `${value as string | number}`;
}

/** Why these settings can't be saved yet, or undefined. */
export function whyNotSave(settings: SyncSettings): string | undefined {
  if (settings.tickets && settings.teams !== "all" && (settings.teams ?? []).length === 0) return "Choose the teams to sync, or All teams.";
  if (settings.auto_import && !settings.default_role) return "Choose a default role for imported contacts.";
  return undefined;
}
