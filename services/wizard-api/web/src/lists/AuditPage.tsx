/** Who decided what, and when; what it was before and after. */

import { api, value } from "../api/client";
import type { AuditEntry } from "../api/types";
import { DataList } from "../parts/DataList";
import { Dialog } from "../parts/Dialog";
import { SearchBox } from "../parts/SearchBox";
import { useFilter } from "../parts/useFilter";
import { When } from "../parts/When";

export default function AuditPage() {
  const filter = useFilter();
  const actor = filter.get("actor");
  const query = { limit: 50, ...(actor ? { actor } : {}) };
  return (
    <>
      <h1>Audit log</h1>
      <DataList<AuditEntry>
        name="Audit log"
        of={JSON.stringify(query)}
        load={(cursor) => value(api.GET("/api/v1/audit", { params: { query: { ...query, ...(cursor ? { cursor } : {}) } } }))}
        id={(row) => row.id}
        title={(row) => row.action}
        detail={(_id, close, row) => <Detail entry={row} onClose={close} />}
        columns={[
          { name: "What", show: (row) => row.action },
          { name: "Who", show: (row) => row.actor },
          { name: "When", show: (row) => <When at={row.at} /> },
          { name: "About", show: (row) => row.subject },
        ]}
        filters={<SearchBox label="By whom (exactly)" value={actor} onChange={(text) => filter.set("actor", text)} />}
        empty={<p>Nothing was decided yet{actor ? ` by ${actor}` : ""}.</p>}
      />
    </>
  );
}

function Detail({ entry, onClose }: { entry: AuditEntry | undefined; onClose: () => void }) {
  return (
    <Dialog onClose={onClose} title={entry?.action ?? "Entry"} size="lg">
      {!entry && <p>This entry is on another page of the list.</p>}
      {entry && (
        <>
          <p>
            By {entry.actor}, <When at={entry.at} />
          </p>
          <h3>Before</h3>
          <pre>{JSON.stringify(entry.before ?? null, null, 2)}</pre>
          <h3>After</h3>
          <pre>{JSON.stringify(entry.after ?? null, null, 2)}</pre>
        </>
      )}
    </Dialog>
  );
}
