/** The page as a whole: who is signed in decides what is shown; an ended session keeps what was typed. */
import { useEffect, useRef, useState } from "react";

import { sayAway } from "../api/online";
import { asProblem, type ProblemError } from "../api/problem";
import { personOf, session, signIn, tokenOfLink, whoAmI } from "../api/session";
import { useSignal } from "../api/signal";
import { Bones } from "../parts/Bones";
import { fetchAhead } from "./pages";
import { Shell } from "./Shell";
import { SignIn } from "./SignIn";

// Read when the page is loaded, before anything could show or log the address.
const arrived = tokenOfLink();
const opening = arrived === null ? null : signIn(arrived);
fetchAhead(location.pathname);

export function App() {
  const who = useSignal(session);
  const [problem, setProblem] = useState<ProblemError>();
  const wasIn = useRef("");
  if (who) wasIn.current = personOf(who);
  useEffect(() => {
    begin().catch((error: unknown) => {
      setProblem(asProblem(error));
      session.set(null);
    });
  }, []);
  if (who === undefined && !wasIn.current) return <Bones lines={6} label="Loading" />;
  return (
    <>
      {wasIn.current && <Shell key={wasIn.current} />}
      {who === null && <SignIn over={wasIn.current !== ""} problem={problem} />}
    </>
  );
}

async function begin(): Promise<void> {
  if (opening !== null) await opening;
  else while (!(await whoAmI())) await later();
}

async function later(): Promise<void> {
  sayAway();
  await new Promise((done) => setTimeout(done, 2000));
}
