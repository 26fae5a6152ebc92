/** A search that waits until one has stopped typing. */
import { TextInput } from "@mantine/core";
import { useEffect, useRef, useState } from "react";

const PAUSE_MS = 300;

export function SearchBox({ label, value, onChange }: { label: string; value: string; onChange: (value: string) => void }) {
  const [typed, setTyped] = useState(value);
  const latest = useRef(onChange);
  latest.current = onChange;
  useEffect(() => setTyped(value), [value]);
  useEffect(() => {
    if (typed === value) return;
    const timer = setTimeout(() => latest.current(typed), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed, value]);
  return <TextInput type="search" label={label} value={typed} onChange={(event) => setTyped(event.currentTarget.value)} maxLength={100} />;
}
