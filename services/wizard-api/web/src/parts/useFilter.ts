/** Filters of a list, kept in the address: a link shows the same list, and the back button works. */
import { go, query, usePlace } from "../app/router";

export interface Filter {
  get: (name: string) => string;
  set: (name: string, value: string | null) => void;
}

export function useFilter(): Filter {
  const { path, search } = usePlace();
  const params = new URLSearchParams(search);
  return {
    get: (name) => params.get(name) ?? "",
    set: (name, value) => go(path + query(search, { [name]: value, open: null }), { replace: true }),
  };
}
