/** *Complete Setup*: done, or a list of what is missing, each with the way to it. */
import { Anchor } from "@mantine/core";
import { useState } from "react";

import { api, value } from "../api/client";
import { ProblemError } from "../api/problem";
import type { Integration } from "../api/types";
import { follow } from "../app/router";
import { Note } from "../parts/Note";
import type { Screen } from "./steps";

export function useComplete(setIntegration: (value: Integration) => void, goOn: (to: Screen) => Promise<void>) {
  const [missing, setMissing] = useState<string[]>([]);
  async function complete() {
    try {
      setIntegration(await value(api.POST("/api/v1/integrations/halo/complete")));
      await goOn("complete");
    } catch (error) {
      if (!(error instanceof ProblemError) || error.code !== "incomplete") throw error;
      setMissing(error.more["missing"] as string[]);
    }
  }
  return { complete, missing };
}

export function MissingNote({ missing }: { missing: string[] }) {
  if (missing.length === 0) return null;
  return (
    <div role="alert" style={{ marginTop: "1rem" }}>
      <Note tone="warn">
        <p>
          <strong>The setup is not complete yet. What is missing:</strong>
        </p>
        <ul>
          {missing.map((what) => (
            <li key={what}>
              {what}{" "}
              <Anchor href={what.startsWith("a connection") ? "/setup?step=connect" : "/setup?step=sync"} onClick={follow} underline="always">
                Go there
              </Anchor>
            </li>
          ))}
        </ul>
      </Note>
    </div>
  );
}
