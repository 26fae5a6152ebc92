/** Quick Match: map by name. Quick Create: make a device type for each that has none. Both show first what they would do. */
import { Button } from "@mantine/core";
import { useState } from "react";

import { api, value } from "../api/client";
import { Action } from "../parts/Action";
import { Dialog } from "../parts/Dialog";
import { type Foretold, ForetoldList, foretoldCreate, foretoldMatch } from "./foretold";

interface Props {
  whyNot: string | undefined;
  onDone: () => Promise<void>;
}

export function QuickActions({ whyNot, onDone }: Props) {
  const [open, setOpen] = useState<{ name: "Quick Match" | "Quick Create"; foretold: Foretold }>();
  const [told, setTold] = useState("");
  async function match(dry_run: boolean): Promise<Foretold> {
    return foretoldMatch(await value(api.POST("/api/v1/assets/types/quick-match", { body: { dry_run } })));
  }
  async function create(dry_run: boolean): Promise<Foretold> {
    return foretoldCreate(await value(api.POST("/api/v1/assets/types/quick-create", { body: { dry_run } as never })));
  }
  async function run() {
    if (!open) return;
    const done = await (open.name === "Quick Match" ? match(false) : create(false));
    setTold(open.name === "Quick Match" ? `${done.changes.length} asset types were mapped.` : `${done.changes.length} device types were made and mapped.`);
    setOpen(undefined);
    await onDone();
  }
  return (
    <div>
      <div className="bar">
        <Action variant="default" onPress={async () => setOpen({ name: "Quick Match", foretold: await match(true) })} whyNot={whyNot}>
          Quick Match
        </Action>
        <Action variant="default" onPress={async () => setOpen({ name: "Quick Create", foretold: await create(true) })} whyNot={whyNot} silent>
          Quick Create
        </Action>
      </div>
      <p role="status" aria-live="polite" className="why" style={{ margin: 0 }}>
        {told}
      </p>
      {open && (
        <Dialog onClose={() => setOpen(undefined)} title={open.name} size="lg">
          <ForetoldList foretold={open.foretold} />
          <div className="bar" style={{ marginTop: "1rem" }}>
            <Action onPress={run} whyNot={open.foretold.changes.length > 0 ? undefined : "There is nothing to do."}>
              {open.name === "Quick Match" ? `Map ${open.foretold.changes.length}` : `Make ${open.foretold.changes.length}`}
            </Action>
            <Button variant="default" onClick={() => setOpen(undefined)}>
              Cancel
            </Button>
          </div>
        </Dialog>
      )}
    </div>
  );
}
