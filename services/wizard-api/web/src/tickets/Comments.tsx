/** A ticket's comments, newest last, and one more. */
import { Textarea } from "@mantine/core";
import { useState } from "react";

import { api, value } from "../api/client";
import { useResource } from "../api/useResource";
import { useWhyNot } from "../app/permissions";
import { Action } from "../parts/Action";
import { Bones } from "../parts/Bones";
import { ProblemNote } from "../parts/ProblemNote";
import { Comment } from "./Comment";

const EVERY_MS = 5000;

export function Comments({ ticket }: { ticket: number }) {
  const path = { id: ticket };
  const comments = useResource(`comments-${ticket}`, () => value(api.GET("/api/v1/tickets/{id}/comments", { params: { path } })), EVERY_MS);
  const whyNot = useWhyNot("tickets:comment");
  const [text, setText] = useState("");
  async function send() {
    // One key for one text: pressing again after a lost answer does not comment twice.
    const params = { path, header: { "idempotency-key": await keyOf(ticket, text) } };
    await value(api.POST("/api/v1/tickets/{id}/comments", { params, body: { text } }));
    setText("");
    await comments.reload();
  }
  const items = comments.value?.items ?? [];
  return (
    <section aria-labelledby="comments" style={{ marginTop: "1.2rem" }}>
      <h3 id="comments">Comments</h3>
      {comments.problem && <ProblemNote problem={comments.problem.document} />}
      {!comments.value && !comments.problem && <Bones lines={3} label="Loading the comments" />}
      {comments.value && items.length === 0 && <p className="quiet">Nobody has commented yet.</p>}
      {items.map((item, index) => (
        <Comment key={item.id ?? item.sent_as ?? index} comment={item} />
      ))}
      {comments.value?.truncated && <p className="why">Only the newest comments are kept here.</p>}
      <Textarea label="Add a comment" value={text} onChange={(event) => setText(event.currentTarget.value)} autosize minRows={2} my="sm" disabled={!!whyNot} />
      <Action onPress={send} whyNot={whyNot ?? (text.trim() ? undefined : "Write something first.")}>
        Send
      </Action>
    </section>
  );
}

async function keyOf(ticket: number, text: string): Promise<string> {
  const minute = Math.floor(Date.now() / 60_000);
  const bytes = new TextEncoder().encode(`${ticket} ${minute} ${text}`);
  if (!globalThis.crypto.subtle) return `${ticket}-${minute}-${text.length}`;
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
