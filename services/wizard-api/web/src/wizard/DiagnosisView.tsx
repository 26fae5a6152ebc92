/** What the test has found: the problem in Halo's words, then a checklist with the remedy beside each row. */
import type { Diagnosis, Finding } from "../api/types";
import { Note } from "../parts/Note";
import { ProblemNote } from "../parts/ProblemNote";
import { State } from "../parts/State";
import { sorted, wordsOf } from "./findings";

export function DiagnosisView({ diagnosis }: { diagnosis: Diagnosis }) {
  const { open, well, unused } = sorted(diagnosis.findings ?? []);
  return (
    <section aria-label="Result of the test" style={{ marginTop: "1.2rem" }}>
      {diagnosis.problem && <ProblemNote problem={diagnosis.problem} />}
      {diagnosis.connected && open.length === 0 && (
        <Note tone="good">
          <p>Everything that is needed is granted{diagnosis.agent ? `, for the agent ${diagnosis.agent}` : ""}.</p>
        </Note>
      )}
      {diagnosis.connected && open.length > 0 && diagnosis.agent && <p className="quiet">Signed in to Halo as the agent {diagnosis.agent}.</p>}
      {open.length > 0 && (
        <>
          <h3>To look at</h3>
          <Checklist findings={open} />
        </>
      )}
      {well.length > 0 && (
        <details style={{ marginTop: "0.8rem" }}>
          <summary>{well.length} checks passed</summary>
          <Checklist findings={well} />
        </details>
      )}
      {unused.length > 0 && (
        <details style={{ marginTop: "0.4rem" }}>
          <summary>{unused.length} permissions that Halobus does not use</summary>
          <Checklist findings={unused} />
        </details>
      )}
    </section>
  );
}

function Checklist({ findings }: { findings: Finding[] }) {
  return (
    <ul className="check">
      {findings.map((finding) => {
        const [word, tone] = wordsOf(finding);
        return (
          <li key={finding.name}>
            <div>
              <State tone={tone}>{word}</State>
            </div>
            <div>
              <strong>{finding.name}</strong>
              {finding.remedy && <div>{finding.remedy}</div>}
              <div className="why">{finding.how}</div>
            </div>
          </li>
        );
      })}
    </ul>
  );
}
