/** What the caller may do: a button that may not be pressed says why. */
import { session } from "../api/session";
import { useSignal } from "../api/signal";

export type Permission =
  | "integrations:read"
  | "integrations:manage"
  | "users:manage"
  | "tickets:read"
  | "tickets:comment"
  | "planner:read"
  | "planner:write"
  | "assets:read"
  | "support:read";

export function useMay(...anyOf: Permission[]): boolean {
  const held = useSignal(session)?.permissions ?? [];
  return anyOf.some((name) => held.includes(name));
}

/** Why not, or undefined where the caller may. */
export function useWhyNot(permission: Permission): string | undefined {
  return useMay(permission) ? undefined : `Read-only: this needs the permission ${permission}.`;
}
