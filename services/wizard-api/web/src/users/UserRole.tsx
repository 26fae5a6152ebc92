/** A user's role, and changing it. */
import { useState } from "react";

import { api, value } from "../api/client";
import type { User } from "../api/types";
import { Action } from "../parts/Action";
import { RoleSelect } from "../settings/RoleSelect";

const FROM: Record<NonNullable<User["role_from"]>, string> = {
  company: "of the company",
  "contact-type": "of the contact's type",
  default: "the default",
  batch: "chosen at the import",
  person: "chosen for this user",
  portal: "given by the portal",
};

export function UserRole({ user, onDone }: { user: User; onDone: () => void }) {
  const [role, setRole] = useState<string | null>();
  const id = user.id;
  async function save() {
    if (!id || !role) return;
    await value(api.PATCH("/api/v1/users/{id}", { params: { path: { id } }, body: { role } }));
    setRole(undefined);
    onDone();
  }
  if (role !== undefined) {
    return (
      <>
        <RoleSelect label={`Role of ${user.name}`} of={user.origin === "agent" ? "agents" : "contacts"} role={role} onChange={setRole} />
        <Action size="compact-sm" onPress={save} whyNot={role ? undefined : "Choose a role first."}>
          Save
        </Action>
      </>
    );
  }
  return (
    <span className="bar">
      <span>
        {user.role ?? "none"} {user.role_from && <span className="why">({FROM[user.role_from]})</span>}
      </span>
      {id && (
        <Action size="compact-sm" variant="default" onPress={() => setRole(user.role)} aria-label={`Change the role of ${user.name}`}>
          Change
        </Action>
      )}
    </span>
  );
}
