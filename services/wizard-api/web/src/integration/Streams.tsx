/** What is synced, how much of it is here, and how fresh it is. */
import type { StreamHealth } from "../api/types";
import { streamName } from "../runs/words";
import { State } from "../parts/State";
import { When } from "../parts/When";

export function Streams({ streams }: { streams: StreamHealth[] }) {
  return (
    <section className="card list" aria-labelledby="streams">
      <h2 id="streams">What is synced</h2>
      <table>
        <thead>
          <tr>
            <th>Data</th>
            <th>In the portal</th>
            <th>Last synced</th>
            <th>State</th>
          </tr>
        </thead>
        <tbody>
          {streams.map((stream) => (
            <tr key={stream.stream}>
              <td data-label="Data">{streamName(stream.stream)}</td>
              <td data-label="In the portal">{stream.documents.toLocaleString()}</td>
              <td data-label="Last synced">
                <When at={stream.synced_at} />
              </td>
              <td data-label="State">
                <StreamState stream={stream} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function StreamState({ stream }: { stream: StreamHealth }) {
  if (stream.problem) {
    return (
      <div>
        <State tone="bad">{stream.problem.title}</State>
        <div className="why">{stream.problem.remedy}</div>
      </div>
    );
  }
  if (!stream.enabled) return <State tone="quiet">Off</State>;
  return stream.synced_at ? <State tone="good">On</State> : <State tone="info">Not synced yet</State>;
}
