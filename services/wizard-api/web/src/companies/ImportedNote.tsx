/** What an import has done, and why some companies were left out. */
import type { CompaniesImported } from "../api/types";
import { Note } from "../parts/Note";

export function ImportedNote({ imported }: { imported: CompaniesImported }) {
  const left = [
    [imported.already_linked, "linked already"],
    [imported.inactive, "inactive in Halo"],
    [imported.unmatched, "without a company of that name"],
    [imported.alike.length, "look like a company that the portal has: link them one by one, or leave them"],
  ] as const;
  const said = left.filter(([count]) => count > 0).map(([count, why]) => `${count} ${why}`);
  return (
    <Note tone="good">
      <p>
        {imported.imported} imported, {imported.linked} linked.{said.length > 0 && ` Left out: ${said.join("; ")}.`}
      </p>
    </Note>
  );
}
