/** The steps by name; those that were reached can be gone to. */
import type { Integration } from "../api/types";
import { go } from "../app/router";
import { furthest, type Screen, SCREENS } from "./steps";

export function StepsBar({ integration, screen }: { integration: Integration; screen: Screen }) {
  const last = furthest(integration);
  const current = SCREENS.findIndex((each) => each.name === screen);
  return (
    <nav aria-label="Steps of the setup">
      <ol className="steps">
        {SCREENS.map((each, index) => (
          <li key={each.name}>
            <button
              type="button"
              disabled={index > last}
              aria-current={index === current ? "step" : undefined}
              data-done={index < Math.max(current, integration.completed ? SCREENS.length : 0) || undefined}
              onClick={() => go(`/setup?step=${each.name}`)}
            >
              {index + 1}. <span className="name">{each.title}</span>
            </button>
          </li>
        ))}
      </ol>
    </nav>
  );
}
