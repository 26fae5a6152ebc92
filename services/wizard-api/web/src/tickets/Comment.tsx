/** One comment: who, when, what, and how far it is on its way to Halo. */
import type { components } from "../api/api";
import { ProblemNote } from "../parts/ProblemNote";
import { State } from "../parts/State";
import { When } from "../parts/When";

type CommentView = components["schemas"]["CommentView"];

export function Comment({ comment }: { comment: CommentView }) {
  return (
    <article className="card" style={{ marginBottom: "0.6rem", padding: "0.8rem" }}>
      <p className="why" style={{ margin: 0 }}>
        {comment.author ?? (comment.by === "system" ? "Halo" : "Unknown")}, <When at={comment.at} /> {comment.state && <Way state={comment.state} />}
      </p>
      <pre style={{ fontFamily: "inherit" }}>{comment.text}</pre>
      {comment.problem && <ProblemNote problem={comment.problem} />}
    </article>
  );
}

function Way({ state }: { state: NonNullable<CommentView["state"]> }) {
  if (state === "sending") return <State tone="info">Sending</State>;
  if (state === "sent") return <State tone="good">Sent</State>;
  return <State tone="bad">{state === "refused" ? "Refused by Halo" : "Needs review"}</State>;
}
