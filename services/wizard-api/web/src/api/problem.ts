/** What went wrong, in the API's own words; a lost connection is told in the same form. */
import type { ProblemDocument } from "./types";

export class ProblemError extends Error {
  constructor(
    readonly document: ProblemDocument,
    readonly more: Readonly<Record<string, unknown>> = {},
  ) {
    super(document.title);
  }

  get status(): number {
    return this.document.status;
  }

  /** The last part of the type: stable, and meant for programs. */
  get code(): string {
    return this.document.type?.split(":").at(-1) ?? "";
  }

  /** What is said of a field, or undefined. */
  field(name: string): string | undefined {
    return this.document.errors?.find((error) => error.field === name)?.message;
  }
}

export const AWAY = 0;

export function away(): ProblemError {
  return new ProblemError({
    type: "urn:halobus:problem:away",
    title: "Halobus can't be reached",
    status: AWAY,
    detail: "The server or the network is away.",
    remedy: "Nothing is lost: the page goes on by itself when it is back.",
  });
}

/** The problem document of an answer, or one made of its status where a proxy answered instead. */
export function problemOf(body: unknown, status: number): ProblemError {
  if (typeof body === "object" && body !== null && "title" in body && "status" in body) {
    return new ProblemError(body as ProblemDocument, body as unknown as Record<string, unknown>);
  }
  if (status >= 502 && status <= 504) return away();
  return new ProblemError({
    type: "about:blank",
    title: `The server answered with ${status}`,
    status,
    detail: "",
    remedy: "Try again; if it stays, tell whoever runs Halobus.",
  });
}

export function asProblem(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  throw error;
}
