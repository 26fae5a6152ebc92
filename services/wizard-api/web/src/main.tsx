/** Where the page begins. */
import "./styles/mantine";
import "./styles/theme.css";
import "./styles/page.css";

import { createTheme, MantineProvider, Modal, PasswordInput } from "@mantine/core";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { App } from "./app/App";

const theme = createTheme({
  primaryShade: 8,
  cursorType: "pointer",
  components: {
    // Locking the scroll would inject a style, which the policy forbids.
    // Its <header> would be a second banner of the page for a screen reader.
    Modal: Modal.extend({ defaultProps: { lockScroll: false, centered: true, closeButtonProps: { "aria-label": "Close" }, attributes: { header: { role: "presentation" } } } }),
    PasswordInput: PasswordInput.extend({ defaultProps: { visibilityToggleButtonProps: { "aria-label": "Show or hide what is typed" } } }),
  },
});

const root = document.getElementById("root");
if (!root) throw new Error("index.html has lost its root element");
createRoot(root).render(
  <StrictMode>
    <MantineProvider theme={theme} defaultColorScheme="auto" withCssVariables={false} withGlobalClasses={false} deduplicateCssVariables={false}>
      <App />
    </MantineProvider>
  </StrictMode>,
);
