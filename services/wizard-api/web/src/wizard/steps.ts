/** The wizard's steps: where one may go, and where it resumes. */
import type { Integration, Step } from "../api/types";

export type Screen = "connect" | "sync" | "configure" | "import" | "complete";

export const SCREENS: { name: Screen; title: string }[] = [
  { name: "connect", title: "Connect" },
  { name: "sync", title: "Sync" },
  { name: "configure", title: "Configure" },
  { name: "import", title: "Import" },
  { name: "complete", title: "Complete Setup" },
];

const ORDER: Step[] = ["connect", "sync", "configure", "import", "done"];

/** Where the wizard begins: at the stored step; from the first one where it was completed. */
export function resumeAt(integration: Integration): Screen {
  return integration.step === "done" ? "connect" : integration.step;
}

/** The furthest screen that may be opened. Without a connection there is nothing to choose from. */
export function furthest(integration: Integration): number {
  if (!integration.instance) return 0;
  if (integration.completed || integration.step === "done") return SCREENS.length - 1;
  const reached = ORDER.indexOf(integration.step);
  return reached === ORDER.indexOf("import") ? SCREENS.length - 1 : reached;
}

export function screenOf(asked: string | null, integration: Integration): Screen {
  const index = SCREENS.findIndex((screen) => screen.name === asked);
  const found = SCREENS[index];
  return found && index <= furthest(integration) ? found.name : resumeAt(integration);
}

/** The step to store when one goes on to a screen, or null where the wizard has been further already. */
export function stepToStore(screen: Screen, integration: Integration): Exclude<Step, "done"> | null {
  if (screen === "complete" || integration.step === "done") return null;
  return ORDER.indexOf(screen) > ORDER.indexOf(integration.step) ? screen : null;
}
