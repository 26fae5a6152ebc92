/** Which user of the portal is it? Found by name or address; a person decides. */
import { Radio } from "@mantine/core";
import { useState } from "react";

import { api, value } from "../api/client";
import type { PortalUser } from "../api/types";
import { useResource } from "../api/useResource";
import { Action } from "../parts/Action";
import { Bones } from "../parts/Bones";
import { Dialog } from "../parts/Dialog";
import { ProblemNote } from "../parts/ProblemNote";
import { SearchBox } from "../parts/SearchBox";

interface Props {
  name: string;
  /** What is searched for at first: an address, or a name. */
  like: string;
  link: (portalUser: string) => Promise<unknown>;
  onClose: () => void;
  onDone: () => void;
}

export function LinkUser({ name, like, link, onClose, onDone }: Props) {
  const [search, setSearch] = useState(like);
  const [chosen, setChosen] = useState("");
  const query = { limit: 20, ...(search ? { search } : {}) };
  const found = useResource(`portal-users-${JSON.stringify(query)}`, () => value(api.GET("/api/v1/portal-users", { params: { query } })));
  const items = found.value?.items ?? [];
  async function press() {
    await link(chosen);
    onDone();
    onClose();
  }
  return (
    <Dialog onClose={onClose} title={`Link ${name}`}>
      <SearchBox label="Search users of the portal" value={search} onChange={setSearch} />
      {found.problem && <ProblemNote problem={found.problem.document} />}
      {!found.value && !found.problem && <Bones lines={3} label="Loading the portal's users" />}
      {found.value && items.length === 0 && <p className="quiet">No user of the portal has this in name or address.</p>}
      <Radio.Group label={items.length > 0 ? "User of the portal" : undefined} value={chosen} onChange={setChosen} my="md">
        {items.map((user) => (
          <Radio key={user.id} value={user.id} label={labelOf(user)} my="xs" />
        ))}
      </Radio.Group>
      <Action onPress={press} whyNot={chosen ? undefined : "Choose a user first."}>
        Link
      </Action>
    </Dialog>
  );
}

function labelOf(user: PortalUser): string {
  const notes = [user.staff ? "staff" : "", user.active ? "" : "inactive"].filter(Boolean);
  return `${user.name}${user.email ? `, ${user.email}` : ""}${notes.length ? ` (${notes.join(", ")})` : ""}`;
}
