/** Whether the server answers. While it doesn't, one small request every two seconds finds out when it does again. */
import { signal } from "./signal";

const PROBE_MS = 2000;
export const online = signal(true);

let timer: ReturnType<typeof setTimeout> | undefined;

export function sayAway(): void {
  online.set(false);
  timer ??= setTimeout(probe, PROBE_MS);
}

export function sayThere(): void {
  clearTimeout(timer);
  timer = undefined;
  online.set(true);
}

async function probe(): Promise<void> {
  timer = undefined;
  try {
    const answer = await globalThis.fetch("/api/v1/session", { cache: "no-store" });
    if (answer.status >= 502 && answer.status <= 504) sayAway();
    else sayThere();
  } catch {
    sayAway(); // still away: fetch rejects with a TypeError only then
  }
}

if (typeof window !== "undefined") {
  window.addEventListener("offline", sayAway);
  window.addEventListener("online", () => void probe());
}
