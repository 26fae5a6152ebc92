/** Quick Match: map by name. Quick Create: make a device type for each that has none. */
import { useState } from "react";

import { api, value } from "../api/client";
import { Action } from "../parts/Action";

export function QuickActions({ whyNot, onDone }: { whyNot: string | undefined; onDone: () => Promise<void> }) {
  const [told, setTold] = useState("");
  async function match() {
    const { matched, ambiguous, unmatched } = await value(api.POST("/api/v1/assets/types/quick-match", {}));
    setTold(`${matched.length} matched, ${ambiguous.length} to choose from yourself, ${unmatched.length} without a device type of that name.`);
    await onDone();
  }
  async function create() {
    const { created, ambiguous } = await value(api.POST("/api/v1/assets/types/quick-create", {}));
    setTold(`${created.length} device types made${ambiguous.length ? `; ${ambiguous.length} left, since one like them is there` : ""}.`);
    await onDone();
  }
  return (
    <div>
      <div className="bar">
        <Action variant="default" onPress={match} whyNot={whyNot}>
          Quick Match
        </Action>
        <Action variant="default" onPress={create} whyNot={whyNot} silent>
          Quick Create
        </Action>
      </div>
      <p role="status" aria-live="polite" className="why">
        {told}
      </p>
    </div>
  );
}
