/** What every step of the wizard is given. */
import type { Integration } from "../api/types";
import type { Screen } from "./steps";

export interface StepProps {
  integration: Integration;
  /** Why nothing may be changed, or undefined. */
  whyNot: string | undefined;
  goOn: (to: Screen) => Promise<void>;
  onBack: (() => void) | undefined;
  reload: () => Promise<void>;
}
