/** The typed client of the HTTP API: the session's CSRF token on every write, problems as ProblemError. */
import createClient, { type Middleware } from "openapi-fetch";

import type { paths } from "./api";
import { sayAway, sayThere } from "./online";
import { away, problemOf } from "./problem";
import { session } from "./session";

const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);
const GATEWAY = new Set([502, 504]);

const csrf: Middleware = {
  onRequest({ request }) {
    const token = session.get()?.csrf;
    if (token && !SAFE.has(request.method)) request.headers.set("X-CSRF-Token", token);
    return request;
  },
};

export const api = createClient<paths>({
  baseUrl: globalThis.location?.origin ?? "",
  fetch: (request) => globalThis.fetch(request),
});
api.use(csrf);

interface Answered<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

export interface Got<T> {
  value: T;
  etag: string | null;
}

/** The answer of a call; ProblemError where it is a problem or nothing came back. */
export async function got<T>(call: Promise<Answered<T>>): Promise<Got<T>> {
  const answered = await call.catch(() => {
    sayAway();
    throw away();
  });
  const { response, error, data } = answered;
  if (GATEWAY.has(response.status)) sayAway();
  else sayThere();
  if (response.ok) return { value: data as T, etag: response.headers.get("ETag") };
  const problem = problemOf(error, response.status);
  if (problem.status === 401) session.set(null);
  throw problem;
}

/** The same without the entity tag. */
export async function value<T>(call: Promise<Answered<T>>): Promise<T> {
  return (await got(call)).value;
}
