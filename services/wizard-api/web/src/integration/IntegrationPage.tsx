/** Settings > Integrations: the Halo card, what changed in Halo, and the sync that runs. */
import { Stack } from "@mantine/core";

import { useRun } from "../api/useRun";
import { Bones } from "../parts/Bones";
import { ProblemNote } from "../parts/ProblemNote";
import { RunCard } from "../runs/RunCard";
import { HaloCard } from "./HaloCard";
import { HaloChanged } from "./HaloChanged";
import { Streams } from "./Streams";
import { useIntegration } from "./useIntegration";

export function IntegrationPage() {
  const integration = useIntegration();
  const run = useRun(integration.value?.open_runs.at(-1) ?? integration.value?.last_sync?.id);
  const shown = integration.value;
  return (
    <>
      <h1>Integrations</h1>
      <Stack gap="md">
        {integration.problem && <ProblemNote problem={integration.problem.document} />}
        {!shown && !integration.problem && <Bones lines={8} label="Loading the integration" />}
        {shown && <HaloCard integration={shown} onChange={integration.set} reload={integration.reload} />}
        {shown?.instance && <HaloChanged />}
        {run && <RunCard run={run} />}
        {shown && shown.streams.length > 0 && <Streams streams={shown.streams} />}
      </Stack>
    </>
  );
}
