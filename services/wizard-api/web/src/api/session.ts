/** Who is signed in: a http-only cookie that scripts can't read; here stands only what the API says of it. */
import { problemOf } from "./problem";
import { signal } from "./signal";
import type { Session } from "./types";

/** undefined: not known yet. null: nobody, or the session has ended. */
export const session = signal<Session | null | undefined>(undefined);

const PATH = "/api/v1/session";

/** Exchange a token, of a sign-in link or of the portal, for the cookie; ProblemError says why not. */
export async function signIn(token: string): Promise<void> {
  const answer = await fetch(PATH, { method: "POST", headers: { Authorization: `Bearer ${token}` } });
  const body: unknown = await answer.json().catch(() => null);
  if (!answer.ok) throw problemOf(body, answer.status);
  session.set(body as Session);
}

/** Ask who is signed in. False where the server does not answer. */
export async function whoAmI(): Promise<boolean> {
  try {
    const answer = await fetch(PATH, { cache: "no-store" });
    if (answer.status >= 500) return false;
    session.set(answer.ok ? ((await answer.json()) as Session) : null);
    return true;
  } catch {
    return false; // the network is away
  }
}

export async function signOut(): Promise<void> {
  const csrf = session.get()?.csrf ?? "";
  await fetch(PATH, { method: "DELETE", headers: { "X-CSRF-Token": csrf } });
  session.set(null);
}

const FRAGMENT = /^#sign-in=([\w.-]+)$/;

/** The token of a sign-in link, taken out of the address bar and the history at once. */
export function tokenOfLink(): string | null {
  const found = FRAGMENT.exec(location.hash);
  if (!found) return null;
  history.replaceState(history.state, "", location.pathname + location.search);
  return found[1] ?? null;
}

/** A token that was pasted, alone or within its link. */
export function tokenOf(pasted: string): string {
  const text = pasted.trim();
  return text.includes("#sign-in=") ? text.slice(text.indexOf("#sign-in=") + "#sign-in=".length) : text;
}
