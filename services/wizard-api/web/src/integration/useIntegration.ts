/** The integration's card as data; looked at every few seconds while the page is open. */
import { api, value } from "../api/client";
import type { Integration } from "../api/types";
import { type Resource, useResource } from "../api/useResource";

const EVERY_MS = 4000;

export function useIntegration(): Resource<Integration> {
  return useResource("integration", () => value(api.GET("/api/v1/integrations/halo")), EVERY_MS);
}
