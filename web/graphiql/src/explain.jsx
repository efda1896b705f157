import { endMs, listed } from "./explained.js";
import "./explain.css";

/**
 * How the last operation was executed, a row a stage.
 *
 * `run` is {operation, explained}, null before the first run; `explained` is null when the gateway did not explain.
 */
export function Explain({ run }) {
  const rows = listed(run?.explained?.stages ?? []);
  const axisMs = endMs(rows);
  return (
    <section className="explain" aria-labelledby="explain-title">
      <h2 id="explain-title">{run?.operation ? `How ${run.operation} was executed` : "How it was executed"}</h2>
      <p role="status">{rows.length ? `${counted(rows.length, "stage")}, ${milliseconds(axisMs)}` : whyNone(run)}</p>
      {rows.length > 0 && <Stages rows={rows} axisMs={axisMs} />}
    </section>
  );
}

function whyNone(run) {
  if (run === null) {
    return "Run an operation to see its stages.";
  }
  if (run.explained === null) {
    return "The gateway did not explain: the operation was not executed, or this viewer is not told.";
  }
  return run.explained.compiled
    ? "No stages: all of it was read from what was there."
    : `Interpreted, not compiled: ${run.explained.reason}.`;
}

/** Roles are written out, as a table that is laid out otherwise on narrow screens loses its own. */
function Stages({ rows, axisMs }) {
  return (
    <table role="table" aria-labelledby="explain-title">
      <thead role="rowgroup">
        <tr role="row">
          <th role="columnheader">Field</th>
          <th role="columnheader">Sources</th>
          <th role="columnheader">
            <span className="explain-axis">
              <span>0</span>
              <span>{milliseconds(axisMs)}</span>
            </span>
          </th>
          <th role="columnheader">Notes</th>
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map((row, place) => (
          <Stage key={place} row={row} axisMs={axisMs} />
        ))}
      </tbody>
    </table>
  );
}

function Stage({ row, axisMs }) {
  return (
    <tr role="row" style={{ "--level": row.level - 1 }}>
      <th role="rowheader" scope="row">
        <span className="explain-hidden">Level {row.level}: </span>
        <span className="explain-path" title={row.field}>
          {row.path}
        </span>{" "}
        <span className="explain-type">{row.type}</span>
        <code title={`filled by ${row.filledBy}`}>{row.function}</code>
      </th>
      <td role="cell" className={row.sources === undefined ? undefined : "explain-sources"}>
        {row.sources}
        {row.failed > 0 && (
          <>
            , <strong>{row.failed} failed</strong>
          </>
        )}
      </td>
      <td role="cell">{row.tookMs === undefined ? <i>not run</i> : <Bar row={row} axisMs={axisMs} />}</td>
      <td role="cell" className="explain-tags">
        <span>{row.filledBy}</span>
        {row.tags.map((tag) => (
          <span key={tag}>{tag}</span>
        ))}
      </td>
    </tr>
  );
}

function Bar({ row, axisMs }) {
  const share = (ms) => (axisMs ? ms / axisMs : 0);
  return (
    <span className="explain-time" title={`began after ${milliseconds(row.beganMs)}, took ${milliseconds(row.tookMs)}`}>
      <span className="explain-track" aria-hidden="true">
        <span className="explain-bar" style={{ "--began": share(row.beganMs), "--took": share(row.tookMs) }} />
      </span>
      <span className="explain-hidden">began after {milliseconds(row.beganMs)}, took </span>
      <span className="explain-took">{milliseconds(row.tookMs)}</span>
    </span>
  );
}

function counted(number, noun) {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

function milliseconds(ms) {
  return `${ms.toLocaleString("en", { maximumSignificantDigits: ms < 100 ? 2 : 4 })} ms`;
}
