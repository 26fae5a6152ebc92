/** One contact, and the account that it has in the portal, or may have. */
import { useState } from "react";

import { api, value } from "../api/client";
import type { Contact } from "../api/types";
import { useResource } from "../api/useResource";
import { useMay } from "../app/permissions";
import { Action } from "../parts/Action";
import { Bones } from "../parts/Bones";
import { Dialog } from "../parts/Dialog";
import { Facts } from "../parts/Facts";
import { ProblemNote } from "../parts/ProblemNote";
import { LinkUser } from "./LinkUser";
import { State } from "../parts/State";
import { UserLinks } from "./UserLinks";
import { UserRole } from "./UserRole";

export function ContactDetail({ id, onClose }: { id: number; onClose: () => void }) {
  const found = useResource(`contact-${id}`, () => value(api.GET("/api/v1/contacts/{id}", { params: { path: { id } } })));
  const shown = found.value;
  return (
    <Dialog onClose={onClose} size="lg" title={shown?.name ?? "Contact"}>
      {found.problem && <ProblemNote problem={found.problem.document} />}
      {!shown && !found.problem && <Bones lines={6} label="Loading the contact" />}
      {shown && (
        <>
          <Facts
            facts={[
              ["E-mail", shown.email_problem ? <State tone="warn">{shown.email_problem === "blank" ? "missing" : `invalid: ${shown.email ?? ""}`}</State> : shown.email],
              ["Title", shown.title],
              ["Telephone", shown.phone],
              ["Mobile", shown.mobile],
              ["Important in Halo", shown.important ? "yes" : "no"],
              ["State in Halo", shown.inactive ? "inactive" : "active"],
            ]}
          />
          <Account contact={shown} />
        </>
      )}
    </Dialog>
  );
}

function Account({ contact }: { contact: Pick<Contact, "id" | "name" | "email"> }) {
  const may = useMay("users:manage");
  const [linking, setLinking] = useState(false);
  const { id, name, email } = contact;
  const users = useResource(may && email ? `account-of-contact-${id}` : null, async () => {
    const page = await value(api.GET("/api/v1/users", { params: { query: { search: email ?? "", limit: 50 } } }));
    return page.items.filter((user) => user.contacts.includes(id));
  });
  if (!may) return null;
  const again = () => void users.reload();
  const link = (portal_user: string) => value(api.POST("/api/v1/contacts/{id}/link", { params: { path: { id } }, body: { portal_user } }));
  return (
    <section className="part" aria-labelledby="account">
      <h3 id="account">Account in the portal</h3>
      {users.problem && <ProblemNote problem={users.problem.document} />}
      {users.value?.map((user) => (
        <div key={user.email} className="bar">
          <State tone={user.state === "active" ? "good" : "warn"}>{user.state}</State>
          <UserRole user={user} onDone={again} />
          <UserLinks user={user} onDone={again} />
        </div>
      ))}
      {(!email || users.value?.length === 0) && (
        <>
          <p className="quiet">None. Auto-Import makes accounts of active contacts of linked companies; one that is there can be linked.</p>
          <Action variant="default" onPress={() => setLinking(true)} aria-label={`Link ${name} to a user`}>
            Link to a user
          </Action>
        </>
      )}
      {linking && <LinkUser name={name} like={email ?? name} link={link} onClose={() => setLinking(false)} onDone={again} />}
    </section>
  );
}
