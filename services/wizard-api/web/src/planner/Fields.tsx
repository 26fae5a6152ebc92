/** The fields of a planner item; those that Halo manages are shown, and can't be typed in. */
import { NumberInput, Textarea, TextInput } from "@mantine/core";

import { CompanyPick } from "./CompanyPick";
import type { Draft } from "./draft";

interface Props {
  draft: Draft;
  edit: (change: Partial<Draft>) => void;
  /** What was refused of a field, in the words of whoever refused it. */
  said: (field: string) => string | undefined;
  /** Halo manages title, description, due date, value and company. */
  managed?: boolean;
  /** Nothing can be changed by this caller. */
  readOnly?: boolean;
  /** Only what an opportunity has. */
  short?: boolean;
}

export function Fields({ draft, edit, said, managed, readOnly, short }: Props) {
  return (
    <>
      <HaloFields draft={draft} edit={edit} said={said} fixed={!!(managed || readOnly)} needed={!!short} />
      {!short && <OwnFields draft={draft} edit={edit} said={said} readOnly={!!readOnly} />}
    </>
  );
}

type Part = Pick<Props, "draft" | "edit" | "said">;

function HaloFields({ draft, edit, said, fixed, needed }: Part & { fixed: boolean; needed: boolean }) {
  return (
    <div className="columns">
      <TextInput label="Title" required={!fixed} maxLength={500} value={draft.title} onChange={(event) => edit({ title: event.currentTarget.value })} readOnly={fixed} error={said("title")} />
      <CompanyPick
        label="Company"
        company={draft.company}
        onChange={(company) => edit({ company })}
        disabled={fixed}
        error={said("client_id")}
        required={needed}
        {...(needed ? { linked: true as const } : {})}
      />
      <TextInput type="date" label="Due" value={draft.due} onChange={(event) => edit({ due: event.currentTarget.value })} readOnly={fixed} error={said("due")} />
      <NumberInput label="Value" min={0} hideControls thousandSeparator value={draft.value ?? ""} onChange={(typed) => edit({ value: number(typed) })} readOnly={fixed} error={said("value")} />
      <Textarea className="whole" label="Description" autosize minRows={3} maxRows={10} value={draft.description} onChange={(event) => edit({ description: event.currentTarget.value })} readOnly={fixed} error={said("description")} />
    </div>
  );
}

function OwnFields({ draft, edit, said, readOnly }: Part & { readOnly: boolean }) {
  return (
    <fieldset style={{ marginTop: "1.2rem" }}>
      <legend>Only here, never sent to Halo</legend>
      <div className="columns">
        <NumberInput label="Estimated hours" min={0} hideControls value={draft.estimated_hours ?? ""} onChange={(typed) => edit({ estimated_hours: number(typed) })} readOnly={readOnly} error={said("estimated_hours")} />
        <TextInput label="Period" placeholder="2027-Q1" maxLength={40} value={draft.period} onChange={(event) => edit({ period: event.currentTarget.value })} readOnly={readOnly} error={said("period")} />
        <Textarea className="whole" label="Notes" autosize minRows={2} maxRows={10} value={draft.notes} onChange={(event) => edit({ notes: event.currentTarget.value })} readOnly={readOnly} error={said("notes")} />
      </div>
    </fieldset>
  );
}

function number(typed: string | number): number | null {
  return typed === "" ? null : Number(typed);
}
