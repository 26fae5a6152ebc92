/** Step 3's settings in the guide's words. */
import type { Choice, Stage, TicketSettings } from "../api/types";
import { STAGES } from "../parts/StageStepper";

type Names = (choices: Choice[], ids: readonly number[]) => string;

export function describeTickets(field: keyof TicketSettings, value: unknown, statuses: Choice[], outcomes: Choice[], names: Names): { name: string; text: string } {
  switch (field) {
    case "closed_statuses":
      return { name: "Closed Statuses", text: names(statuses, value as number[]) };
    case "client_comment_status":
      return { name: "Client Comment Status", text: value === null ? "none" : names(statuses, [value as number]) };
    case "comment_outcome":
      return { name: "Comment Outcome", text: value === null ? "none" : names(outcomes, [value as number]) };
    case "stages":
      return { name: "Resolution Status Stepper", text: stagesText(value as Partial<Record<Stage, number[]>>, statuses, names) };
  }
}

function stagesText(stages: Partial<Record<Stage, number[]>>, statuses: Choice[], names: Names): string {
  return STAGES.map((stage) => `${stage.name}: ${names(statuses, stages[stage.value] ?? [])}`).join("; ");
}
