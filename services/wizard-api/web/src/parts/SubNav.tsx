/** Pages that belong together, side by side; plain links, so that each has its address. */
import { session } from "../api/session";
import { useSignal } from "../api/signal";
import { PAGES } from "../app/pages";
import { follow, usePlace } from "../app/router";

export function SubNav({ of }: { of: string }) {
  const { path } = usePlace();
  const held: string[] = useSignal(session)?.permissions ?? [];
  const shown = PAGES.filter((page) => (page.path === of || page.under === of) && page.needs.some((name) => held.includes(name)));
  if (shown.length < 2) return null;
  return (
    <nav className="nav subnav" aria-label="Views">
      {shown.map((page) => (
        <a key={page.path} href={page.path} onClick={follow} aria-current={page.path === path ? "page" : undefined}>
          {page.name}
        </a>
      ))}
    </nav>
  );
}
