/** Opens a row of a list: its id goes into the address. */
import { go, query, usePlace } from "../app/router";

export function OpenButton({ id, name }: { id: string; name: string }) {
  const { path, search } = usePlace();
  return (
    <button type="button" className="open" onClick={() => go(path + query(search, { open: id }))}>
      {name}
    </button>
  );
}
