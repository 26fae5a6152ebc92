/** A dialog that is there while it is rendered; what had the focus before has it again afterwards. */
import { Modal, type ModalProps } from "@mantine/core";
import { useEffect, useRef } from "react";

export function Dialog(props: Omit<ModalProps, "opened">) {
  const before = useRef(document.activeElement);
  useEffect(() => {
    const opener = before.current;
    return () => {
      // Mantine would give it back when it closes, which it never does: it ends with whoever opened it.
      if (opener instanceof HTMLElement && opener !== document.body) setTimeout(() => opener.isConnected && opener.focus());
    };
  }, []);
  return <Modal {...props} opened />;
}
