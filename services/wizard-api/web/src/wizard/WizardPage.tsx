/** The wizard: Connect → Sync → Configure → Import → Complete Setup; resumes where it was. */
import { useEffect, useRef } from "react";

import { api, value } from "../api/client";
import { useWhyNot } from "../app/permissions";
import { go, usePlace } from "../app/router";
import { useIntegration } from "../integration/useIntegration";
import { Bones } from "../parts/Bones";
import { Note } from "../parts/Note";
import { ProblemNote } from "../parts/ProblemNote";
import { CompleteScreen } from "./CompleteScreen";
import { ConfigureStep } from "./ConfigureStep";
import { ConnectStep } from "./ConnectStep";
import { ImportStep } from "./ImportStep";
import { StepsBar } from "./StepsBar";
import { type Screen, screenOf, SCREENS, stepToStore } from "./steps";
import { SyncStep } from "./SyncStep";

export function WizardPage() {
  const { search } = usePlace();
  const { value: integration, problem, set, reload } = useIntegration();
  const whyNot = useWhyNot("integrations:manage");
  const asked = new URLSearchParams(search).get("step");
  const screen = integration && screenOf(asked, integration);
  useEffect(() => {
    if (screen && screen !== asked) go(`/setup?step=${screen}`, { replace: true });
  }, [screen, asked]);
  const top = useRef<HTMLDivElement>(null);
  const shown = useRef(screen);
  useEffect(() => {
    // The button that led on is gone: the keyboard and a screen reader go on at the new step.
    if (shown.current && shown.current !== screen) top.current?.focus();
    shown.current = screen;
  }, [screen]);

  if (!integration || !screen) {
    return problem ? <ProblemNote problem={problem.document} /> : <Bones lines={8} label="Loading the setup wizard" />;
  }

  async function goOn(to: Screen) {
    const latest = await value(api.GET("/api/v1/integrations/halo"));
    const step = whyNot ? null : stepToStore(to, latest);
    set(step ? await value(api.PATCH("/api/v1/integrations/halo", { body: { step } })) : latest);
    go(`/setup?step=${to}`);
  }
  const index = SCREENS.findIndex((each) => each.name === screen);
  const back = SCREENS[index - 1]?.name;
  const step = { whyNot, goOn, onBack: back ? () => go(`/setup?step=${back}`) : undefined, integration, reload };
  return (
    <>
      <h1>Set up Halo</h1>
      <StepsBar integration={integration} screen={screen} />
      {whyNot && (
        <Note>
          <p>{whyNot} You see everything and can change nothing.</p>
        </Note>
      )}
      <div ref={top} className="step" role="group" aria-label={`Step ${index + 1} of ${SCREENS.length}: ${SCREENS[index]?.title}`} tabIndex={-1}>
        {screen === "connect" && <ConnectStep {...step} />}
        {screen === "sync" && <SyncStep {...step} />}
        {screen === "configure" && <ConfigureStep {...step} />}
        {screen === "import" && <ImportStep {...step} setIntegration={set} />}
        {screen === "complete" && <CompleteScreen {...step} setIntegration={set} />}
      </div>
    </>
  );
}
