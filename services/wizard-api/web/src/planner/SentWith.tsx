/** The defaults that are sent along, each with what Halo said of it. */
import type { FieldProblem, OpportunitySettings } from "../api/types";
import { useResource } from "../api/useResource";
import { follow } from "../app/router";
import { Bones } from "../parts/Bones";
import { useChoices } from "../settings/choices";
import { opportunitySettings } from "../settings/kinds";
import { describe } from "../opportunities/words";

const SENT = ["workflow_id", "stage_id", "type", "ticket_type_id", "probability"] as const;

export function SentWith({ errors }: { errors: readonly FieldProblem[] }) {
  const held = useResource("opportunity-defaults", async () => (await opportunitySettings.load()).value.value);
  const names = useNames(held.value);
  if (!held.value) return held.problem ? null : <Bones lines={3} label="Loading the defaults" />;
  const settings = held.value;
  const categories = settings.categories ?? [];
  const rows = [
    ...SENT.map((field) => ({ field, name: describe(field, null).name.replace(/^Default /, ""), text: names(field, settings[field]) })),
    ...[0, 1, 2, 3].map((at) => ({ field: `categories.${at}`, name: `Category ${at + 1}`, text: names("categories", categories[at]) })),
  ];
  return (
    <section aria-labelledby="sent-with" style={{ marginTop: "1.2rem" }}>
      <h3 id="sent-with">Sent with it, from the opportunity settings</h3>
      <dl className="facts">
        {rows.map(({ field, name, text }) => (
          <div key={field}>
            <dt>{name}</dt>
            <dd>
              {text}
              {errors
                .filter((error) => error.field === field)
                .map((error) => (
                  <span key={error.message} role="alert" className="refused">
                    {error.message}
                  </span>
                ))}
            </dd>
          </div>
        ))}
      </dl>
      <p className="why">
        <a href="/setup?step=configure" onClick={follow}>
          Change the defaults
        </a>
      </p>
    </section>
  );
}

function useNames(settings: OpportunitySettings | undefined) {
  const workflows = useChoices("workflows").value ?? [];
  const kinds = useChoices("ticket-types").value ?? [];
  const categories = useChoices("categories").value ?? [];
  const workflow = workflows.find((each) => each.id === settings?.workflow_id);
  const stages = (workflow?.attributes?.["stages"] as { id: number; name: string }[] | undefined) ?? [];
  const lists: Readonly<Record<string, readonly { id: number | string; name: string }[]>> = { workflow_id: workflows, stage_id: stages, ticket_type_id: kinds, categories };
  return (field: string, held: unknown): string => {
    if (held == null || held === "") return "none";
    if (field === "probability") return `${held as number} %`;
    return lists[field]?.find((each) => each.id === held)?.name ?? `${held as string | number}`;
  };
}
