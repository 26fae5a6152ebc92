/** Who is signed in: a http-only cookie that scripts can't read; here stands only what the API says of it. */
import { sayAway } from "./online";
import { problemOf } from "./problem";
import { signal } from "./signal";
import { keep, recall } from "./tab";
import type { Session } from "./types";

const PERSON = "halobus-person";
const forgetful: (() => void)[] = [];

/** Whoever signs in after somebody else, or in another tenant, finds nothing of theirs: ``forget`` is called before. */
export function onAnotherPerson(forget: () => void): void {
  forgetful.push(forget);
}

/** undefined: not known yet. null: nobody, or the session has ended. */
export const session = signal<Session | null | undefined>(undefined);

const PATH = "/api/v1/session";

/** Exchange a token, of a sign-in link or of the portal, for the cookie; ProblemError says why not. */
export async function signIn(token: string): Promise<void> {
  const answer = await fetch(PATH, { method: "POST", headers: { Authorization: `Bearer ${token}` } });
  const body: unknown = await answer.json().catch(() => null);
  if (!answer.ok) throw problemOf(body, answer.status);
  enter(body as Session);
}

/** Ask who is signed in. False where the server does not answer. */
export async function whoAmI(): Promise<boolean> {
  try {
    const answer = await fetch(PATH, { cache: "no-store" });
    if (answer.status >= 500) return false;
    if (answer.ok) enter((await answer.json()) as Session);
    else session.set(null);
    return true;
  } catch {
    return false; // the network is away
  }
}

/** The page is loaded anew: nothing that was shown or typed stays. */
export async function signOut(): Promise<void> {
  const csrf = session.get()?.csrf ?? "";
  const answer = await fetch(PATH, { method: "DELETE", headers: { "X-CSRF-Token": csrf } }).catch(() => null);
  if (!answer) return sayAway();
  forget("");
  location.assign("/");
}

/** In words that name nobody else. */
export function personOf(who: Session): string {
  return `${who.tenant} ${who.subject}`;
}

function enter(who: Session): void {
  if (recall(PERSON) !== personOf(who)) forget(personOf(who));
  session.set(who);
}

function forget(next: string): void {
  for (const each of forgetful) each();
  keep(PERSON, next);
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
