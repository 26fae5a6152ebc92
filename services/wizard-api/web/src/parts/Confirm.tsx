/** A question before something that can't be undone; where a word is asked for, it must be typed. */
import { Button, TextInput } from "@mantine/core";
import { type ReactNode, useState } from "react";

import { Action } from "./Action";
import { Dialog } from "./Dialog";

interface Props {
  title: string;
  button: string;
  /** What must be typed, or undefined for a plain question. */
  word?: string;
  onConfirm: () => Promise<unknown>;
  onClose: () => void;
  children: ReactNode;
}

export function Confirm({ title, button, word, onConfirm, onClose, children }: Props) {
  const [typed, setTyped] = useState("");
  const whyNot = word && typed.trim().toLowerCase() !== word ? `Type ${word} first.` : undefined;
  async function confirm() {
    await onConfirm();
    onClose();
  }
  return (
    <Dialog onClose={onClose} title={title}>
      {children}
      {word && (
        <TextInput label={`Type ${word} to confirm`} value={typed} onChange={(event) => setTyped(event.currentTarget.value)} autoComplete="off" my="md" data-autofocus />
      )}
      <div className="bar">
        <Action color="red" onPress={confirm} whyNot={whyNot}>
          {button}
        </Action>
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
      </div>
    </Dialog>
  );
}
