import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [react()],
  build: {
    // Inside the Python package, so that the wheel and the image have it without another rule.
    outDir: "../wizard_api/frontend",
    emptyOutDir: true,
    // Nothing as a data: address and no polyfill: both would need a laxer policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: "es2022",
  },
  server: { proxy: { "/api": "http://127.0.0.1:8080" } },
  test: { environment: "jsdom", setupFiles: ["src/test/setup.ts"], isolate: false },
});
