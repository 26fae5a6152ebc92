/** What can be decided of an account: a staff account that is offered is accepted, a link is taken away. */
import { api, value } from "../api/client";
import type { User } from "../api/types";
import { Action } from "../parts/Action";

export function UserLinks({ user, onDone }: { user: User; onDone: () => void }) {
  const { id, agent } = user;
  const [contact] = user.contacts;
  async function accept() {
    if (!id) return;
    const body = { portal_user: id };
    if (agent !== null) await value(api.POST("/api/v1/agents/{id}/link", { params: { path: { id: agent } }, body }));
    else if (contact !== undefined) await value(api.POST("/api/v1/contacts/{id}/link", { params: { path: { id: contact } }, body }));
    onDone();
  }
  async function unlink() {
    if (agent !== null) await value(api.DELETE("/api/v1/agents/{id}/link", { params: { path: { id: agent } } }));
    for (const each of user.contacts) await value(api.DELETE("/api/v1/contacts/{id}/link", { params: { path: { id: each } } }));
    onDone();
  }
  if (!id || (agent === null && contact === undefined)) return <span className="quiet">–</span>;
  if (user.state === "offered") {
    return (
      <Action size="compact-sm" onPress={accept} aria-label={`Accept the link of ${user.name}`}>
        Accept link
      </Action>
    );
  }
  return (
    <Action size="compact-sm" variant="default" onPress={unlink} aria-label={`Unlink ${user.name}`}>
      Unlink
    </Action>
  );
}
