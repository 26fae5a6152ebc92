/** A skeleton of the lines to come, so that nothing jumps. */
export function Bones({ lines, label }: { lines: number; label: string }) {
  return (
    <div role="status" aria-label={label}>
      {Array.from({ length: lines }, (_, line) => (
        <div key={line} className="bone" />
      ))}
    </div>
  );
}
