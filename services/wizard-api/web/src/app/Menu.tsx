/** The menu: pages that the caller may see. */
import { useEffect, useRef } from "react";

import { session } from "../api/session";
import { useSignal } from "../api/signal";
import { fetchAhead, PAGES, pageAt } from "./pages";
import { follow, usePlace } from "./router";

export function Menu() {
  const { path } = usePlace();
  const held: string[] = useSignal(session)?.permissions ?? [];
  const shown = PAGES.filter((page) => page.inMenu !== false && page.needs.some((name) => held.includes(name)));
  const nav = useRef<HTMLElement>(null);
  useEffect(() => {
    // On a telephone the menu is one row that is moved sideways: the page that is open is in sight.
    const current = nav.current?.querySelector<HTMLElement>("[aria-current]");
    if (nav.current && current) nav.current.scrollLeft = current.offsetLeft - nav.current.offsetLeft - 16;
  }, [path]);
  return (
    <nav ref={nav} className="nav" aria-label="Pages">
      {shown.map((page) => (
        <a key={page.path} href={page.path} onClick={follow} onPointerEnter={() => fetchAhead(page.path)} onFocus={() => fetchAhead(page.path)} aria-current={isAt(page.path, path) ? "page" : undefined}>
          {page.name}
        </a>
      ))}
    </nav>
  );
}

function isAt(page: string, path: string): boolean {
  return page === path || pageAt(path)?.under === page;
}
