/** Unsaved settings outlive a step, a reload and an ended session; never a secret, and never another tab. */
const KEY = "halobus-drafts";

export function recall(): Record<string, unknown> {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? "{}") as Record<string, unknown>;
  } catch {
    return {}; // the browser keeps nothing, or something else wrote there
  }
}

export function keep(drafts: Readonly<Record<string, unknown>>): void {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(drafts));
  } catch {
    return; // kept in memory all the same
  }
}
