/** The diagnosis as a checklist: what is missing comes first. */
import type { Finding } from "../api/types";
import type { Tone } from "../parts/Note";

const ORDER: Finding["state"][] = ["missing", "warning", "unknown", "ok", "granted"];

const WORDS: Record<Finding["state"], [string, Tone]> = {
  missing: ["Missing", "bad"],
  warning: ["Warning", "warn"],
  unknown: ["Can't be told", "quiet"],
  ok: ["OK", "good"],
  granted: ["Granted", "good"],
};

export function wordsOf(finding: Finding): [string, Tone] {
  const [word, tone] = WORDS[finding.state];
  // A missing row that Halobus does not use is no more than a warning.
  return finding.state === "missing" && finding.needed === false ? [word, "quiet"] : [word, tone];
}

function rank(finding: Finding): number {
  const unneeded = finding.state === "missing" && finding.needed === false;
  return unneeded ? ORDER.indexOf("unknown") : ORDER.indexOf(finding.state);
}

/** Those to act on, those that are well, and those that Halobus does not use; each in the guide's order. */
export function sorted(findings: Finding[]): { open: Finding[]; well: Finding[]; unused: Finding[] } {
  const ranked = findings.map((finding, at) => ({ finding, at })).sort((a, b) => rank(a.finding) - rank(b.finding) || a.at - b.at);
  const all = ranked.map(({ finding }) => finding);
  const isWell = ({ state }: Finding) => state === "ok" || state === "granted";
  const isUnused = (each: Finding) => !isWell(each) && each.needed === false && each.state !== "warning";
  return { open: all.filter((each) => !isWell(each) && !isUnused(each)), well: all.filter(isWell), unused: all.filter(isUnused) };
}
