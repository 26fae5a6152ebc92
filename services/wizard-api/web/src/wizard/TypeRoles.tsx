/** Roles by contact type: a contact's title in Halo, or that Halo marks it as important, comes before the default role. */
import { TextInput } from "@mantine/core";
import { useState } from "react";

import type { ProblemError } from "../api/problem";
import { Action } from "../parts/Action";
import { RoleSelect } from "../settings/RoleSelect";

type Roles = Readonly<Record<string, string>>;

interface Props {
  roles: Roles;
  onChange: (roles: Record<string, string>) => void;
  disabled: boolean;
  problem: ProblemError | undefined;
}

export function TypeRoles({ roles, onChange, disabled, problem }: Props) {
  const [type, setType] = useState("");
  const name = type.trim();
  const known = Object.keys(roles).some((each) => each.toLowerCase() === name.toLowerCase());
  const [adding, setAdding] = useState<string[]>([]);
  const types = [...Object.keys(roles), ...adding.filter((each) => !(each in roles))];
  function give(of: string, role: string | null) {
    const { [of]: _, ...rest } = roles;
    onChange(role ? { ...rest, [of]: role } : rest);
    if (!role) setAdding(adding.filter((each) => each !== of));
  }
  function add() {
    setAdding([...adding, name]);
    setType("");
  }
  return (
    <fieldset disabled={disabled}>
      <legend>Roles by contact type</legend>
      <p className="why">A type is a contact's title in Halo, such as IT Manager; important are those that Halo marks so. Their role comes before the default one.</p>
      {types.map((each) => (
        <RoleSelect key={each} label={`Role of ${each}`} of="contacts" role={roles[each] ?? null} onChange={(role) => give(each, role)} disabled={disabled} error={problem?.field(`contact_type_roles.${each}`)} clearable />
      ))}
      <div className="bar" style={{ alignItems: "end" }}>
        <TextInput label="Contact type" placeholder="important, or a title" maxLength={100} value={type} onChange={(event) => setType(event.currentTarget.value)} disabled={disabled} />
        <Action variant="default" onPress={add} whyNot={disabled ? "Read-only." : known || adding.includes(name) ? "It is in the list." : name ? undefined : "Type a name first."} silent>
          Add type
        </Action>
      </div>
    </fieldset>
  );
}
