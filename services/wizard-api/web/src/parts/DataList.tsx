/** The one list: filter, cursor paging, detail. Pages say what is in it; addresses keep filter and open row. */
import { Button } from "@mantine/core";
import { type ReactNode, useRef, useState } from "react";

import { query, go, usePlace } from "../app/router";
import { useResource } from "../api/useResource";
import { Bones } from "./Bones";
import { OpenButton } from "./OpenButton";
import { ProblemNote } from "./ProblemNote";

export interface Column<T> {
  name: string;
  show: (row: T) => ReactNode;
}

export interface Page<T> {
  items: T[];
  next?: string | null;
}

interface Props<T> {
  /** Names the list: for screen readers, and what is kept of it. */
  name: string;
  /** Changes with every filter. */
  of: string;
  load: (cursor: string | undefined) => Promise<Page<T>>;
  columns: Column<T>[];
  id: (row: T) => string;
  /** The text of the first column's button, which opens the detail; none: rows don't open. */
  title?: (row: T) => string;
  /** ``row``: undefined where it is on another page of the list. */
  detail?: (id: string, close: () => void, row: T | undefined) => ReactNode;
  filters?: ReactNode;
  /** Said of an empty list: what to do next. */
  empty: ReactNode;
  every?: number;
}

export function DataList<T>(props: Props<T>) {
  const [back, setBack] = useState<{ of: string; cursors: string[] }>({ of: props.of, cursors: [] });
  const cursors = back.of === props.of ? back.cursors : [];
  const cursor = cursors.at(-1);
  const page = useResource(`${props.name}?${props.of}&${cursor ?? ""}`, () => props.load(cursor), props.every);
  // Until the next page is there the last one stays: nothing jumps.
  const last = useRef<Page<T>>(undefined);
  if (page.value) last.current = page.value;
  const shown = page.value ?? (page.problem ? undefined : last.current);
  const { path, search } = usePlace();
  const open = new URLSearchParams(search).get("open");
  const turn = (next: string[]) => setBack({ of: props.of, cursors: next });
  const next = shown?.next;
  return (
    <div className="list">
      {props.filters && (
        <div role="search" aria-label={`Filter ${props.name}`} className="bar" style={{ marginBottom: "1rem", alignItems: "end" }}>
          {props.filters}
        </div>
      )}
      {page.problem && <ProblemNote problem={page.problem.document} />}
      {!shown && !page.problem && <Bones lines={8} label={`Loading ${props.name}`} />}
      {shown && shown.items.length === 0 && <div className="card">{props.empty}</div>}
      {shown && shown.items.length > 0 && <Rows {...props} rows={shown.items} busy={!page.value} />}
      {(cursors.length > 0 || next) && (
        <nav className="bar" aria-label={`Pages of ${props.name}`} style={{ marginTop: "1rem" }}>
          <Button variant="default" disabled={cursors.length === 0} onClick={() => turn(cursors.slice(0, -1))}>
            Previous
          </Button>
          <span className="quiet">Page {cursors.length + 1}</span>
          <Button variant="default" disabled={!next} onClick={() => next && turn([...cursors, next])}>
            Next page
          </Button>
        </nav>
      )}
      {open && props.detail?.(open, () => go(path + query(search, { open: null })), shown?.items.find((row) => props.id(row) === open))}
    </div>
  );
}

function Rows<T>({ rows, columns, id, title, name, busy }: Props<T> & { rows: T[]; busy: boolean }) {
  return (
    <table aria-label={name} aria-busy={busy}>
      <thead>
        <tr>
          {columns.map((column) => (
            <th key={column.name} scope="col">
              {column.name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={id(row)}>
            {columns.map((column, index) => (
              <td key={column.name} data-label={column.name}>
                {index === 0 && title ? <OpenButton id={id(row)} name={title(row)} /> : <div>{column.show(row)}</div>}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
