/** The kinds of settings, each with its address. */
import { api, got, value } from "../api/client";
import type { Effect, OpportunityEffect, OpportunitySettings, SyncSettings, TicketSettings } from "../api/types";
import type { Kind, Saved } from "./useSettings";

const SYNC = "/api/v1/integrations/halo/settings/sync";
const OPPORTUNITIES = "/api/v1/integrations/halo/settings/opportunities";
const TICKETS = "/api/v1/integrations/halo/settings/tickets";

export const syncSettings: Kind<SyncSettings> = {
  name: "sync",
  load: () => got(api.GET(SYNC)),
  save: (body, match) => got(api.PUT(SYNC, { body, params: { header: { "if-match": match } } }) as Promise<{ data?: Saved<SyncSettings>; response: Response }>),
};

export const ticketSettings: Kind<TicketSettings> = {
  name: "tickets",
  load: () => got(api.GET(TICKETS)),
  save: (body, match) => got(api.PUT(TICKETS, { body, params: { header: { "if-match": match } } }) as Promise<{ data?: Saved<TicketSettings>; response: Response }>),
};

/** What these sync settings would do; Halo itself is asked for at most five seconds. */
export function effectOf(body: SyncSettings): Promise<Effect> {
  const params = { query: { dry_run: true }, header: { prefer: "wait=5" } };
  return value(api.PUT(SYNC, { body, params }) as Promise<{ data?: Effect; response: Response }>);
}

export const opportunitySettings: Kind<OpportunitySettings> = {
  name: "opportunities",
  load: () => got(api.GET(OPPORTUNITIES)),
  save: (body, match) =>
    got(api.PUT(OPPORTUNITIES, { body, params: { header: { "if-match": match } } }) as Promise<{ data?: Saved<OpportunitySettings>; response: Response }>),
};

/** How many opportunities auto-import would match, and bring at once. */
export function opportunityEffectOf(body: OpportunitySettings): Promise<OpportunityEffect> {
  const params = { query: { dry_run: true } };
  return value(api.PUT(OPPORTUNITIES, { body, params }) as Promise<{ data?: OpportunityEffect; response: Response }>);
}
