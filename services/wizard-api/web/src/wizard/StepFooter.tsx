/** Back and Next under a step; Next says why it is disabled. */
import { Button } from "@mantine/core";

import { Action } from "../parts/Action";

interface Props {
  onBack: (() => void) | undefined;
  onNext: () => Promise<unknown>;
  next?: string;
  whyNot: string | undefined;
}

export function StepFooter({ onBack, onNext, next = "Next", whyNot }: Props) {
  return (
    <div className="bar" style={{ marginTop: "1.6rem" }}>
      {onBack && (
        <Button variant="default" onClick={onBack}>
          Back
        </Button>
      )}
      <Action onPress={onNext} whyNot={whyNot}>
        {next}
      </Action>
    </div>
  );
}
