/** Addresses of the page: plain paths, with the browser's own history. */
import type { MouseEvent } from "react";

import { signal, useSignal } from "../api/signal";

export interface Place {
  path: string;
  search: string;
}

const here = (): Place => ({ path: location.pathname, search: location.search });
const place = signal<Place>(here());
addEventListener("popstate", () => place.set(here()));

export function usePlace(): Place {
  return useSignal(place);
}

export function go(to: string, options: { replace?: boolean } = {}): void {
  if (to === location.pathname + location.search) return;
  if (options.replace) history.replaceState(null, "", to);
  else history.pushState(null, "", to);
  place.set(here());
}

/** What a link does on a click; a click that means another tab is left to the browser. */
export function follow(event: MouseEvent<HTMLAnchorElement>): void {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  go(event.currentTarget.pathname + event.currentTarget.search);
}

/** Change parts of the query; empty ones are left out. */
export function query(search: string, changes: Readonly<Record<string, string | null | undefined>>): string {
  const params = new URLSearchParams(search);
  for (const [name, value] of Object.entries(changes)) {
    if (value) params.set(name, value);
    else params.delete(name);
  }
  const text = params.toString();
  return text ? `?${text}` : "";
}
