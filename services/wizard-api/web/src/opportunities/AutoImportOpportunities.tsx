/** Auto-import of opportunities, with a live count of what would match. */
import { MultiSelect, NumberInput, Switch } from "@mantine/core";
import { useEffect, useState } from "react";

import { asProblem, type ProblemError } from "../api/problem";
import type { OpportunityEffect, OpportunitySettings } from "../api/types";
import { Note } from "../parts/Note";
import { useChoices } from "../settings/choices";
import { opportunityEffectOf } from "../settings/kinds";
import type { OpportunityProps } from "./Defaults";

const PAUSE_MS = 500;

export function AutoImportOpportunities({ settings, edit, disabled, problem }: OpportunityProps) {
  const types = useChoices("opportunity-types").value ?? [];
  return (
    <fieldset disabled={disabled} style={{ marginTop: "1.4rem" }}>
      <legend>Auto-Import Opportunities (Optional)</legend>
      <Switch
        label="Enable opportunity auto-import"
        description="New opportunities in Halo become planner items"
        checked={settings.auto_import ?? false}
        onChange={(event) => edit({ auto_import: event.currentTarget.checked })}
        disabled={disabled}
        mb="md"
      />
      {settings.auto_import && (
        <>
          <div className="columns">
            <NumberInput
              label="Minimum value"
              description="Skip opportunities that are worth less"
              min={0}
              hideControls
              value={settings.minimum_value ?? 0}
              onChange={(amount) => edit({ minimum_value: Number(amount) || 0 })}
              disabled={disabled}
              error={problem?.field("minimum_value")}
            />
            <MultiSelect
              label="Opportunity types to auto-import"
              description="None chosen: all types"
              data={types.map((each) => ({ value: each.name, label: each.opportunities == null ? each.name : `${each.name} (${each.opportunities})` }))}
              value={settings.auto_import_types ?? []}
              onChange={(chosen) => edit({ auto_import_types: chosen })}
              searchable
              clearable
              clearButtonProps={{ "aria-label": "Clear Opportunity types to auto-import" }}
              disabled={disabled}
              error={problem?.field("auto_import_types")}
            />
          </div>
          <Count settings={settings} />
        </>
      )}
    </fieldset>
  );
}

function Count({ settings }: { settings: OpportunitySettings }) {
  const [effect, setEffect] = useState<OpportunityEffect>();
  const [refused, setRefused] = useState<ProblemError>();
  const asked = JSON.stringify(settings);
  useEffect(() => {
    let current = true;
    const timer = setTimeout(() => {
      opportunityEffectOf(JSON.parse(asked) as OpportunitySettings)
        .then((told) => current && (setEffect(told), setRefused(undefined)))
        .catch((error: unknown) => current && setRefused(asProblem(error)));
    }, PAUSE_MS);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [asked]);
  return (
    <div role="status" aria-live="polite" style={{ marginTop: "0.8rem" }}>
      <Note tone={refused ? "warn" : "info"}>
        <p>{refused ? refused.document.title : effect ? `${effect.matches} open opportunities match; ${effect.brings} would come into the planner at once.` : "Counting …"}</p>
        {(effect?.warnings ?? []).map((warning) => (
          <p key={warning}>{warning}</p>
        ))}
      </Note>
    </div>
  );
}
