/** Company default role: its imported contacts get this one instead of the usual. */
import { useState } from "react";

import { api, value } from "../api/client";
import { asProblem, type ProblemError } from "../api/problem";
import { useResource } from "../api/useResource";
import { useMay, useWhyNot } from "../app/permissions";
import { Action } from "../parts/Action";
import { Note } from "../parts/Note";
import { ProblemNote } from "../parts/ProblemNote";
import { RoleSelect } from "../settings/RoleSelect";

export function CompanyRole({ id }: { id: number }) {
  const whyNot = useWhyNot("users:manage");
  const may = useMay("users:manage");
  const params = { path: { id } };
  const held = useResource(may ? `company-role-${id}` : null, () => value(api.GET("/api/v1/companies/{id}/default-role", { params })));
  const [typed, setTyped] = useState<string | null>();
  const [problem, setProblem] = useState<ProblemError>();
  const role = typed === undefined ? (held.value?.role ?? null) : typed;
  async function save() {
    setProblem(undefined);
    try {
      if (role) held.set(await value(api.PUT("/api/v1/companies/{id}/default-role", { params, body: { role } })));
      else await value(api.DELETE("/api/v1/companies/{id}/default-role", { params }));
      await held.reload();
      setTyped(undefined);
    } catch (error) {
      setProblem(asProblem(error));
    }
  }
  const none = whyNot ?? (typed === undefined || typed === (held.value?.role ?? null) ? "Nothing was changed." : undefined);
  return (
    <section className="part" aria-labelledby="company-role">
      <h3 id="company-role">Default role of its contacts</h3>
      <p className="quiet">Contacts that are imported later get it instead of the usual role. Accounts that are there keep theirs.</p>
      {may && <RoleSelect label="Role" of="contacts" role={role} onChange={setTyped} error={problem?.field("role")} clearable />}
      {held.value?.warning && (
        <Note tone="warn">
          <p>{held.value.warning}</p>
        </Note>
      )}
      {problem && <ProblemNote problem={problem.document} />}
      <Action variant="default" onPress={save} whyNot={none}>
        Save role
      </Action>
    </section>
  );
}
