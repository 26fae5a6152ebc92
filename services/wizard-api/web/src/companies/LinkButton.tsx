/** Link one of Halo's clients to a company of the portal, or take the link away. */
import { useState } from "react";

import { api, value } from "../api/client";
import type { Company } from "../api/types";
import { Action } from "../parts/Action";
import { LinkDialog } from "./LinkDialog";

interface Props {
  company: Pick<Company, "id" | "name" | "link">;
  whyNot: string | undefined;
  onDone: () => void;
}

export function LinkButton({ company, whyNot, onDone }: Props) {
  const [open, setOpen] = useState(false);
  async function unlink() {
    await value(api.DELETE("/api/v1/companies/{id}/link", { params: { path: { id: company.id } } }));
    onDone();
  }
  // The reason stands once, under the list: beside every row it would be noise.
  if (whyNot) return <span className="quiet">{company.link ? "linked" : "–"}</span>;
  return (
    <>
      {company.link ? (
        <Action size="compact-sm" variant="default" onPress={unlink} aria-label={`Unlink ${company.name}`}>
          Unlink
        </Action>
      ) : (
        <Action size="compact-sm" variant="default" onPress={() => setOpen(true)} aria-label={`Link ${company.name}`}>
          Link
        </Action>
      )}
      {open && <LinkDialog company={company} onClose={() => setOpen(false)} onDone={onDone} />}
    </>
  );
}
