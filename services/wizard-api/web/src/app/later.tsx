/** A page that is fetched when one goes there, or is about to. Not React's lazy: Suspense holds back what it shows for 300 ms. */
import { Button } from "@mantine/core";
import { type ComponentType, useEffect, useState } from "react";

import { Bones } from "../parts/Bones";
import { Note } from "../parts/Note";

export interface Later {
  show: ComponentType;
  /** Begin to fetch it, where that has not begun. */
  fetch: () => Promise<void>;
}

export function later(load: () => Promise<{ default: ComponentType }>): Later {
  let Known: ComponentType | undefined;
  let coming: Promise<void> | undefined;
  function fetch() {
    coming ??= load().then((module) => void (Known = module.default));
    return coming;
  }
  function Show() {
    const [failed, setFailed] = useState(false);
    const [, setThere] = useState(false);
    useEffect(() => {
      if (Known) return;
      fetch().then(
        () => setThere(true),
        () => setFailed(true),
      );
    }, []);
    if (Known) return <Known />;
    return failed ? <NotFetched /> : <Bones lines={6} label="Loading" />;
  }
  return { show: Show, fetch };
}

function NotFetched() {
  return (
    <div role="alert">
      <Note tone="warn">
        <p>This page could not be fetched: the connection was lost, or Halobus has a new version. Nothing that is saved is lost.</p>
        <Button onClick={() => location.reload()}>Load again</Button>
      </Note>
    </div>
  );
}
