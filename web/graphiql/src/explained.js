const SHOWN = new Set(["path", "field", "type", "filledBy", "function", "sources", "failed", "beganMs", "tookMs", "then"]);

/** Parts an answer from the explanation in it: {answer, explained}; `explained` is null where there is none. */
export function parted(whole) {
  if (whole?.extensions?.explain === undefined) {
    return { answer: whole, explained: null };
  }
  const { explain, ...others } = whole.extensions;
  const { extensions: _, ...answer } = whole;
  return { answer: Object.keys(others).length ? { ...answer, extensions: others } : answer, explained: explain };
}

/** Lists stages in the order of their tree; each with its `level`, from 1, and its `tags`. */
export function listed(stages, level = 1) {
  return stages.flatMap((stage) => [{ ...stage, level, tags: tagsOf(stage) }, ...listed(stage.then ?? [], level + 1)]);
}

/** When the last stage ended: the length of the axis that all stages share. */
export function endMs(rows) {
  return Math.max(0, ...rows.map(({ beganMs = 0, tookMs = 0 }) => beganMs + tookMs));
}

/** Whatever else a stage tells, as short texts: {reads: {clients: 3}} is "reads.clients 3". */
function tagsOf(stage) {
  return Object.entries(stage).flatMap(([name, value]) => (SHOWN.has(name) ? [] : told(name, value)));
}

function told(name, value) {
  if (Array.isArray(value)) {
    return value.length ? [`${name} ${value.map((each) => (isMap(each) ? JSON.stringify(each) : each)).join(", ")}`] : [];
  }
  if (isMap(value)) {
    return Object.entries(value).flatMap(([below, each]) => told(`${name}.${below}`, each));
  }
  return value === null || value === false ? [] : [value === true ? name : `${name} ${value}`];
}

function isMap(value) {
  return typeof value === "object" && value !== null;
}
