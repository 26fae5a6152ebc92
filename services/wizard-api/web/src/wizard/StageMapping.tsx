/** The Resolution Status Stepper: Halo's statuses for each of the five stages, all by keyboard. */
import type { Choice } from "../api/types";
import { STAGES } from "../parts/StageStepper";
import { type Option, options } from "../settings/choices";
import { IdsSelect } from "../settings/IdsSelect";
import type { TicketProps } from "./StatusSettings";
import { stageOf, type Stages, withStage } from "./stages";

export function StageMapping({ settings, edit, disabled, statuses, problem }: TicketProps) {
  const stages = settings.stages ?? {};
  return (
    <fieldset disabled={disabled} style={{ maxWidth: "40rem" }}>
      <legend>Resolution Status Stepper</legend>
      <p className="quiet">Map your Halo statuses to each stage. A status stands in one stage: choosing it elsewhere moves it.</p>
      {STAGES.map((stage) => (
        <IdsSelect
          key={stage.value}
          label={stage.name}
          description={stage.about}
          options={marked(statuses, stages, stage.value)}
          ids={stages[stage.value] ?? []}
          onChange={(ids) => edit({ stages: withStage(stages, stage.value, ids) })}
          disabled={disabled}
          error={problem?.field(`stages.${stage.value}`)}
        />
      ))}
    </fieldset>
  );
}

/** Statuses that stand in another stage say so. */
function marked(statuses: Choice[], stages: Stages, own: string): Option[] {
  return options(statuses, stages[own as keyof Stages] ?? []).map((option) => {
    const stage = stageOf(stages, Number(option.value));
    const other = stage !== null && stage !== own ? STAGES.find((each) => each.value === stage)?.name : undefined;
    return other ? { ...option, label: `${option.label}, now in ${other}` } : option;
  });
}
