/** The mapping of Halo's statuses to the five stages: one status stands in one stage at most. */
import type { Choice, Stage, TicketSettings } from "../api/types";
import { STAGES } from "../parts/StageStepper";

export type Stages = NonNullable<TicketSettings["stages"]>;

export function stageOf(stages: Stages, status: number | null | undefined): Stage | null {
  if (status == null) return null;
  return STAGES.find((stage) => stages[stage.value]?.includes(status))?.value ?? null;
}

/** A stage holds exactly these; each leaves the stage where it stood before. */
export function withStage(stages: Stages, stage: Stage, ids: number[]): Stages {
  const others = STAGES.filter((each) => each.value !== stage).map((each) => [each.value, (stages[each.value] ?? []).filter((id) => !ids.includes(id))] as const);
  return Object.fromEntries([...others, [stage, ids]].filter(([, held]) => (held as number[]).length > 0)) as Stages;
}

/** Active statuses in no stage, those with the most tickets first. */
export function unmapped(stages: Stages, statuses: Choice[], excluded: readonly number[] = []): Choice[] {
  return statuses
    .filter((status) => stageOf(stages, Number(status.id)) === null && !excluded.includes(Number(status.id)))
    .filter((status) => !status.inactive || (status.tickets ?? 0) > 0)
    .sort((a, b) => (b.tickets ?? 0) - (a.tickets ?? 0));
}
