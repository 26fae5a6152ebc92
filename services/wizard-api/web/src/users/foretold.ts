/** What Auto-Import would do with the contacts of the linked companies, in words. */
import type { Effect } from "../api/types";

type Accounts = NonNullable<Effect["accounts"]>;

export function foretold(accounts: Accounts): string {
  if (!accounts.contacts) return "Auto-Import creates no account yet: no company with contacts is imported.";
  const others = (
    [
      [accounts.linked, "linked to one that is there"],
      [accounts.already, "with theirs already"],
      [accounts.offered, "offered one of the staff's"],
      [accounts.without_email, "without e-mail"],
      [accounts.invalid_email, "with an e-mail that is none"],
      [accounts.inactive, "inactive"],
    ] as const
  ).filter(([count]) => count);
  const rest = others.map(([count, word]) => `${count.toLocaleString()} ${word}`).join(", ");
  return `Auto-Import creates ${accounts.created.toLocaleString()} account${accounts.created === 1 ? "" : "s"}${rest ? `; of the other contacts ${rest}` : ""}.`;
}
