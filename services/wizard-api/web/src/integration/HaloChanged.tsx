/** *Halo changed*: what came or went there that the settings don't know of, each with the one thing to do about it. */
import { api, got, value } from "../api/client";
import { problemOf } from "../api/problem";
import { session } from "../api/session";
import type { Change } from "../api/types";
import { useResource } from "../api/useResource";
import { useWhyNot } from "../app/permissions";
import { go } from "../app/router";
import { Action } from "../parts/Action";

export function HaloChanged() {
  const changes = useResource("changes", () => value(api.GET("/api/v1/integrations/halo/changes")), 30_000);
  const whyNot = useWhyNot("integrations:manage");
  const items = changes.value?.items ?? [];
  if (items.length === 0) return null;
  return (
    <section className="card" aria-labelledby="halo-changed">
      <h2 id="halo-changed">Halo changed</h2>
      <ul className="check">
        {items.map((change) => (
          <li key={change.key} style={{ gridTemplateColumns: "1fr" }}>
            <span>{change.sentence}</span>
            <span className="bar">
              <Action size="compact-sm" whyNot={whyNot} onPress={() => act(change, changes.reload)}>
                {change.action.label}
              </Action>
              <Action size="compact-sm" variant="default" whyNot={whyNot} onPress={() => dismiss(change, changes.reload)} aria-label={`Dismiss: ${change.sentence}`}>
                Dismiss
              </Action>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The request that the API itself proposes; without a body somebody has to choose first. */
async function act({ action }: Change, reload: () => Promise<void>): Promise<void> {
  if (action.body === null) {
    go(action.href.endsWith("/tickets") ? "/setup?step=configure" : "/setup?step=sync");
    return;
  }
  const headers = new Headers({ "Content-Type": "application/json", "X-CSRF-Token": session.get()?.csrf ?? "" });
  if (action.if_match) headers.set("If-Match", action.if_match);
  const answer = await fetch(action.href, { method: action.method, headers, body: JSON.stringify(action.body) });
  if (!answer.ok) throw problemOf(await answer.json().catch(() => null), answer.status);
  await reload();
}

async function dismiss(change: Change, reload: () => Promise<void>): Promise<void> {
  await got(api.POST("/api/v1/integrations/halo/changes/dismiss", { body: { keys: [change.key] } }));
  await reload();
}
