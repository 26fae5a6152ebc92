// Fails the build when what a browser loads first is too much: all that index.html names, gzipped.
import { readFileSync, statSync, readdirSync } from "node:fs";
import { gzipSync } from "node:zlib";

const BUILT = "../wizard_api/frontend";
const LIMIT = 220 * 1024;
const page = readFileSync(`${BUILT}/index.html`, "utf8");
const named = [...page.matchAll(/(?:src|href)="\/([^"]+)"/g)].map((match) => match[1]);
const first = ["index.html", ...named].map((name) => [name, gzipSync(readFileSync(`${BUILT}/${name}`)).length]);
const total = first.reduce((sum, [, bytes]) => sum + bytes, 0);
const all = readdirSync(`${BUILT}/assets`).reduce((sum, name) => sum + statSync(`${BUILT}/assets/${name}`).size, 0);
console.log(`first load ${(total / 1024).toFixed(1)} KB gzipped of ${LIMIT / 1024} KB (assets ${(all / 1024).toFixed(0)} KB plain)`);
if (total > LIMIT) {
  console.error(first.map(([name, bytes]) => `${name}: ${bytes}`).join("\n"));
  process.exit(1);
}
