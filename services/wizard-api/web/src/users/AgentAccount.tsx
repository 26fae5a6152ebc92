/** Whether an agent has an account; where the portal knows the address already, linking instead of a second one. */
import { useState } from "react";

import { api, value } from "../api/client";
import type { Agent } from "../api/types";
import { Action } from "../parts/Action";
import { State } from "../parts/State";
import { LinkUser } from "./LinkUser";

const WORDS = { importing: "being imported", linked: "linked", suspended: "suspended", offered: "offered" } as const;

export function AgentAccount({ agent, onDone }: { agent: Agent; onDone: () => void }) {
  const { link, known, id } = agent;
  const [searching, setSearching] = useState(false);
  if (link) return <State tone={link.state === "linked" ? "good" : "info"}>{WORDS[link.state]}</State>;
  const linkTo = (portal_user: string) => value(api.POST("/api/v1/agents/{id}/link", { params: { path: { id } }, body: { portal_user } }));
  if (!known) {
    return (
      <>
        <Action size="compact-sm" variant="default" onPress={() => setSearching(true)} aria-label={`Link ${agent.name} to a user`}>
          Link
        </Action>
        {searching && <LinkUser name={agent.name} like={agent.email ?? agent.name} link={linkTo} onClose={() => setSearching(false)} onDone={onDone} />}
      </>
    );
  }
  async function connect() {
    if (!known) return;
    await linkTo(known.id);
    onDone();
  }
  return (
    <Action size="compact-sm" variant="default" onPress={connect} aria-label={`Link ${agent.name} to ${known.name}, who has this address`}>
      Link to {known.name}
    </Action>
  );
}
