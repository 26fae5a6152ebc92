/** A button that says why it can't be pressed, and shows the problem of its last press. */
import { Button, type ButtonProps } from "@mantine/core";
import { type ReactNode, useEffect, useId, useRef, useState } from "react";

import { asProblem, type ProblemError } from "../api/problem";
import { ProblemNote } from "./ProblemNote";

interface Props extends ButtonProps {
  onPress: () => Promise<unknown> | void;
  /** Why it is disabled, in a sentence. */
  whyNot?: string | undefined;
  /** The reason is read out but not shown: another button beside this one shows it. */
  silent?: boolean;
  children: ReactNode;
  "aria-label"?: string;
}

export function Action({ onPress, whyNot, silent, children, ...rest }: Props) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ProblemError>();
  const why = useId();
  const button = useRef<HTMLButtonElement>(null);
  const pressed = useRef(false);
  useEffect(() => {
    // While it is busy it can't have the focus, which the browser then gives to nothing.
    if (!busy && pressed.current && document.activeElement === document.body) button.current?.focus();
    pressed.current = busy;
  }, [busy]);
  async function press() {
    if (busy || whyNot) return;
    setBusy(true);
    setProblem(undefined);
    try {
      await onPress();
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  }
  return (
    <span>
      {/* aria-disabled and not disabled: the keyboard reaches it, and its reason is read. */}
      <Button
        {...rest}
        ref={button}
        loading={busy}
        onClick={() => void press()}
        {...(whyNot ? { "aria-disabled": true, "data-disabled": true, "aria-describedby": why } : {})}
      >
        {children}
      </Button>
      {whyNot && (
        <span id={why} className={silent ? "hidden" : "why"}>
          {" "}
          {whyNot}
        </span>
      )}
      {problem && <ProblemNote problem={problem.document} />}
    </span>
  );
}
