/** Default workflow, stage, type, probability and the four categories, each picked from Halo's own lists. */
import { NumberInput } from "@mantine/core";

import type { ProblemError } from "../api/problem";
import type { Choice, OpportunitySettings } from "../api/types";
import { useChoices } from "../settings/choices";
import { Pick } from "./Pick";

export interface OpportunityProps {
  settings: OpportunitySettings;
  edit: (change: Partial<OpportunitySettings>) => void;
  disabled: boolean;
  problem: ProblemError | undefined;
}

interface HaloStage {
  id: number;
  name: string;
}

export function Defaults({ settings, edit, disabled, problem }: OpportunityProps) {
  const workflows = useChoices("workflows").value ?? [];
  const kinds = useChoices("ticket-types").value ?? [];
  const categories = useChoices("categories").value ?? [];
  const types = useChoices("opportunity-types").value ?? [];
  const workflow = workflows.find((each) => each.id === settings.workflow_id);
  const stages = ((workflow?.attributes?.["stages"] as HaloStage[] | undefined) ?? []).map((stage) => ({ value: String(stage.id), label: stage.name }));
  const chosen = settings.categories ?? [null, null, null, null];
  return (
    <fieldset disabled={disabled}>
      <legend>Opportunity Defaults</legend>
      <p className="quiet">Halo requires these on every opportunity: what is set here need not be asked for each time.</p>
      <div className="columns">
        <Pick label="Default Workflow" data={named(workflows)} value={settings.workflow_id} onChange={(id) => edit({ workflow_id: id, stage_id: null })} disabled={disabled} error={problem?.field("workflow_id")} />
        <Pick label="Default Stage" data={stages} value={settings.stage_id} onChange={(id) => edit({ stage_id: id })} disabled={disabled || !workflow} error={problem?.field("stage_id")} />
        <TypePick types={types} settings={settings} edit={edit} disabled={disabled} problem={problem} />
        <Pick label="Ticket type in Halo" data={named(kinds)} value={settings.ticket_type_id} onChange={(id) => edit({ ticket_type_id: id })} disabled={disabled} error={problem?.field("ticket_type_id")} />
        <NumberInput
          label="Default Conversion Probability"
          suffix=" %"
          min={0}
          max={100}
          allowDecimal={false}
          hideControls
          value={settings.probability ?? ""}
          onChange={(percent) => edit({ probability: percent === "" ? null : Number(percent) })}
          disabled={disabled}
          error={problem?.field("probability")}
        />
        {[1, 2, 3, 4].map((level) => (
          <Pick
            key={level}
            label={`Category ${level}`}
            data={named(categories.filter((each) => (each.attributes?.["level"] ?? level) === level))}
            value={chosen[level - 1]}
            onChange={(id) => edit({ categories: chosen.map((held, at) => (at === level - 1 ? id : held)) })}
            disabled={disabled}
            error={problem?.field(`categories.${level - 1}`)}
          />
        ))}
      </div>
    </fieldset>
  );
}

function TypePick({ types, settings, edit, disabled, problem }: OpportunityProps & { types: Choice[] }) {
  return (
    <Pick
      label="Default Type"
      data={types.map((each) => ({ value: each.name, label: each.name }))}
      text={settings.type ?? null}
      onText={(type) => edit({ type })}
      disabled={disabled}
      error={problem?.field("type")}
    />
  );
}

function named(choices: Choice[]) {
  return choices.filter((each) => !each.inactive).map((each) => ({ value: String(each.id), label: each.name }));
}
