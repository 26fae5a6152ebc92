/** Run *Test Connection* and wait for its end, however long it takes. */
import { api, value } from "../api/client";
import type { Run } from "../api/types";

const LOOK_MS = 700;

/** ProblemError where the test can't run, or found another Halo instance than the connected one. */
export async function testConnection(replace: boolean): Promise<void> {
  const params = { header: { prefer: "wait=25" } };
  const answer = await value(api.POST("/api/v1/integrations/halo/connection/test", { params, body: { replace } }));
  let over = "state" in answer && answer.ended;
  while (!over) {
    await new Promise((done) => setTimeout(done, LOOK_MS));
    const run: Run = await value(api.GET("/api/v1/syncs/{id}", { params: { path: { id: answer.id } } }));
    over = run.ended;
  }
}
