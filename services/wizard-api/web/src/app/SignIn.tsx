/** The way in: a sign-in link, opened or pasted. Over the page where a session has ended, so that nothing is lost. */
import { Button, Modal, PasswordInput } from "@mantine/core";
import { type FormEvent, useEffect, useState } from "react";

import { asProblem, type ProblemError } from "../api/problem";
import { signIn, tokenOf, whoAmI } from "../api/session";
import { ProblemNote } from "../parts/ProblemNote";

const LOOK_MS = 3000;

export function SignIn({ over, problem }: { over: boolean; problem: ProblemError | undefined }) {
  // Whoever opens a new link in another tab is signed in here as well.
  useEffect(() => {
    const timer = setInterval(() => void whoAmI(), LOOK_MS);
    return () => clearInterval(timer);
  }, []);
  const form = <SignInForm problem={problem} over={over} />;
  if (!over) {
    return (
      <main className="main">
        <h1>Sign in to Halobus</h1>
        {form}
      </main>
    );
  }
  return (
    <Modal opened onClose={() => undefined} withCloseButton={false} title="Your session has ended" closeOnEscape={false}>
      {form}
    </Modal>
  );
}

function SignInForm({ problem, over }: { problem: ProblemError | undefined; over: boolean }) {
  const [pasted, setPasted] = useState("");
  const [refused, setRefused] = useState(problem);
  const [busy, setBusy] = useState(false);
  async function submit(event: FormEvent) {
    event.preventDefault();
    setBusy(true);
    await signIn(tokenOf(pasted)).catch((error: unknown) => setRefused(asProblem(error)));
    setBusy(false);
  }
  return (
    <form className="columns" onSubmit={(event) => void submit(event)}>
      <div>
        <p>
          {over ? "Nothing that you typed is lost. " : ""}Open Halobus from your portal again, in another tab if you like: this page
          goes on by itself. Or paste a sign-in link.
        </p>
        {refused && <ProblemNote problem={refused.document} />}
        <PasswordInput
          label="Sign-in link or token"
          value={pasted}
          onChange={(event) => setPasted(event.currentTarget.value)}
          autoComplete="off"
          mt="md"
          mb="md"
        />
        <Button type="submit" loading={busy} disabled={!pasted.trim()}>
          Sign in
        </Button>
      </div>
    </form>
  );
}
