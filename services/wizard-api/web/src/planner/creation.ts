/** Creating an opportunity in Halo: one request, repeated with the same key, followed until Halo has answered. */
import { api, value } from "../api/client";
import type { Creation, FieldProblem } from "../api/types";

export interface Wish {
  item?: string;
  again?: boolean;
  title?: string;
  description?: string;
  due?: string | null;
  value?: number | null;
  client_id?: number | null;
}

const WAIT = { prefer: "wait=10" };

/** Keys of a dialog: a body that is sent again has the key that it had, so that Halo never gets it twice. */
export class Keys {
  private held: { body: string; key: string } | undefined;

  of(body: object): string {
    const text = JSON.stringify(body);
    if (this.held?.body !== text) this.held = { body: text, key: random() };
    return this.held.key;
  }

  /** The wish was answered: the same one again would be another opportunity. */
  answered(): void {
    this.held = undefined;
  }
}

function random(): string {
  // Not crypto.randomUUID: a page on plain HTTP in an intranet has none.
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Ask for it; a ProblemError holds Halo's own refusal. */
export function send(body: Wish, key: string): Promise<Creation> {
  // What is left out stays out; the generated type asks for all fields that have a default.
  return value(api.POST("/api/v1/opportunities", { body: body as never, params: { header: { "idempotency-key": key, ...WAIT } } }) as Promise<{ data?: Creation; response: Response }>);
}

export function follow(id: string): Promise<Creation> {
  return value(api.GET("/api/v1/opportunities/creations/{id}", { params: { path: { id }, header: WAIT } }));
}

export function saying(errors: readonly FieldProblem[]): (field: string) => string | undefined {
  return (field) => errors.find((error) => error.field === field)?.message;
}
