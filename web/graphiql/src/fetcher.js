import { parted } from "./explained.js";

const SCHEMA_QUERY = "IntrospectionQuery";

/**
 * Sends operations to the gateway as the chosen viewer, in the chosen language, explained if that is chosen.
 *
 * `choice` is read at each call, so the editor need not start anew when it changes. Headers typed into the editor win.
 * `onRun` hears of each operation of the visitor's: {operation, explained}; the explanation is not in the answer.
 */
export function createFetcher(endpoint, choice, onRun) {
  return async (operation, { headers: typed } = {}) => {
    const { token, language, explain } = choice();
    const headers = new Headers({
      accept: "application/graphql-response+json, application/json",
      "accept-language": language,
      "content-type": "application/json",
    });
    if (token) {
      headers.set("authorization", `Bearer ${token}`);
    }
    for (const [name, value] of Object.entries(typed ?? {})) {
      headers.set(name, value);
    }
    const isVisitors = operation.operationName !== SCHEMA_QUERY;
    const asked = explain && isVisitors ? { ...operation, extensions: { ...operation.extensions, explain } } : operation;
    const response = await fetch(endpoint, { method: "POST", headers, body: JSON.stringify(asked) });
    const { answer, explained } = parted(await readAnswer(response));
    if (isVisitors) {
      onRun(asked === operation ? null : { operation: operation.operationName, explained });
    }
    return answer;
  };
}

async function readAnswer(response) {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`The gateway answered ${response.status} without JSON`);
  }
}
