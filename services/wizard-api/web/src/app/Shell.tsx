/** What every page has: the menu, the theme's switch, word of a lost connection, and the page itself. */
import { ActionIcon, Button, useComputedColorScheme, useMantineColorScheme } from "@mantine/core";
import { useEffect, useRef } from "react";

import { online } from "../api/online";
import { session, signOut } from "../api/session";
import { useSignal } from "../api/signal";
import { Note } from "../parts/Note";
import { Menu } from "./Menu";
import { pageAt } from "./pages";
import { useMay } from "./permissions";
import { follow, usePlace } from "./router";

export function Shell() {
  return (
    <>
      <a className="skip" href="#content">
        Skip to the content
      </a>
      <header className="top">
        <a className="brand" href="/" onClick={follow}>
          Halobus
        </a>
        <Menu />
        <ThemeSwitch />
        <Button size="compact-sm" variant="default" onClick={() => void signOut()}>
          Sign out
        </Button>
      </header>
      <Away />
      <main className="main" id="content" tabIndex={-1}>
        <Current />
      </main>
    </>
  );
}

function Current() {
  const { path } = usePlace();
  const page = pageAt(path);
  const may = useMay(...(page?.needs ?? []));
  const first = useRef(true);
  useEffect(() => {
    document.title = `${page?.name ?? "Not found"} · Halobus`;
    if (!first.current) document.getElementById("content")?.focus({ preventScroll: false });
    first.current = false;
  }, [page]);
  if (!page) {
    return (
      <>
        <h1>There is no such page</h1>
        <a href="/" onClick={follow}>
          To the integrations
        </a>
      </>
    );
  }
  if (!may) return <NotAllowed name={page.name} needs={page.needs} />;
  return <page.show />;
}

function NotAllowed({ name, needs }: { name: string; needs: string[] }) {
  return (
    <>
      <h1>{name}</h1>
      <Note tone="warn">
        <p>
          This page needs the permission {needs.join(" or ")}. Ask an administrator of the portal for it.
        </p>
      </Note>
    </>
  );
}

function Away() {
  const there = useSignal(online);
  const who = useSignal(session);
  return (
    <div role="status" aria-live="polite">
      {!there && who && (
        <Note tone="warn">
          <p>Halobus can't be reached. Nothing is lost: the page goes on by itself when it is back.</p>
        </Note>
      )}
    </div>
  );
}

function ThemeSwitch() {
  const scheme = useComputedColorScheme("light");
  const { setColorScheme } = useMantineColorScheme();
  const other = scheme === "dark" ? "light" : "dark";
  return (
    <ActionIcon variant="default" aria-label={`Switch to the ${other} theme`} onClick={() => setColorScheme(other)}>
      <span aria-hidden="true">{scheme === "dark" ? "☀" : "☾"}</span>
    </ActionIcon>
  );
}
