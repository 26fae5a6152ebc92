/** What Quick Match or Quick Create would do, before it is done. */
import type { TypesCreated, TypesMatched } from "../api/types";

export interface Foretold {
  changes: { name: string; to: string }[];
  /** To choose from by a person: never guessed. */
  ambiguous: { name: string; candidates: string[] }[];
  unmatched: string[];
}

export function foretoldMatch({ matched, ambiguous, unmatched }: TypesMatched): Foretold {
  return {
    changes: matched.map((each) => ({ name: each.name, to: each.maps_to.name })),
    ambiguous: ambiguous.map((each) => ({ name: each.name, candidates: each.candidates.map((one) => one.name) })),
    unmatched: unmatched.map((each) => each.name),
  };
}

export function foretoldCreate({ created, ambiguous }: TypesCreated): Foretold {
  return {
    changes: created.map((each) => ({ name: each.name, to: each.maps_to.name })),
    ambiguous: ambiguous.map((each) => ({ name: each.name, candidates: each.candidates.map((one) => one.name) })),
    unmatched: [],
  };
}

export function ForetoldList({ foretold }: { foretold: Foretold }) {
  const { changes, ambiguous, unmatched } = foretold;
  return (
    <>
      {changes.length === 0 && <p>Nothing would be changed.</p>}
      {changes.length > 0 && (
        <ul aria-label="What would be mapped">
          {changes.map((each) => (
            <li key={each.name}>
              {each.name} → {each.to}
            </li>
          ))}
        </ul>
      )}
      {ambiguous.length > 0 && (
        <>
          <h3>Yours to decide</h3>
          <ul aria-label="Yours to decide">
            {ambiguous.map((each) => (
              <li key={each.name}>
                {each.name}: perhaps {each.candidates.join(" or ")}
              </li>
            ))}
          </ul>
        </>
      )}
      {unmatched.length > 0 && <p className="quiet">Without a device type of that name: {unmatched.join(", ")}.</p>}
    </>
  );
}
