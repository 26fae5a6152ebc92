/** The menu: pages that the caller may see. */
import { session } from "../api/session";
import { useSignal } from "../api/signal";
import { PAGES, pageAt } from "./pages";
import { follow, usePlace } from "./router";

export function Menu() {
  const { path } = usePlace();
  const held: string[] = useSignal(session)?.permissions ?? [];
  const shown = PAGES.filter((page) => page.inMenu !== false && page.needs.some((name) => held.includes(name)));
  return (
    <nav className="nav" aria-label="Pages">
      {shown.map((page) => (
        <a key={page.path} href={page.path} onClick={follow} aria-current={isAt(page.path, path) ? "page" : undefined}>
          {page.name}
        </a>
      ))}
    </nav>
  );
}

function isAt(page: string, path: string): boolean {
  return page === path || pageAt(path)?.under === page;
}
