/** One opportunity on its way to Halo: sent once, followed until Halo has answered. */
import { useEffect, useRef, useState } from "react";

import { asProblem, AWAY, type ProblemError } from "../api/problem";
import type { Creation } from "../api/types";
import { follow, Keys, send, type Wish } from "./creation";

export interface Creating {
  creation: Creation | undefined;
  problem: ProblemError | undefined;
  ask: (wish: Wish) => Promise<void>;
}

const AGAIN_MS = 2000;

export function useCreation(held: Creation | null, onEnd: () => void): Creating {
  const [creation, setCreation] = useState<Creation | undefined>(held ?? undefined);
  const [problem, setProblem] = useState<ProblemError>();
  const keys = useRef(new Keys());
  const end = useRef(onEnd);
  end.current = onEnd;

  async function ask(wish: Wish) {
    setProblem(undefined);
    setCreation(undefined);
    try {
      settle(await send(wish, keys.current.of(wish)));
    } catch (error) {
      const told = asProblem(error);
      // Nobody knows whether it arrived: the same press again is the same wish.
      if (told.status !== AWAY) keys.current.answered();
      setProblem(told);
      end.current();
    }
  }
  function settle(next: Creation) {
    setCreation(next);
    if (next.state === "sending") return;
    keys.current.answered();
    end.current();
  }
  const waits = creation?.state === "sending" ? creation.id : null;
  useEffect(() => {
    if (!waits) return;
    let current = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = () =>
      void follow(waits)
        .then((next) => current && settle(next))
        .catch((error: unknown) => void asProblem(error))
        .finally(() => {
          if (current) timer = setTimeout(look, AGAIN_MS);
        });
    look();
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [waits]);
  return { creation, problem, ask };
}
