/**
 * Sends operations to the gateway as the chosen viewer, in the chosen language.
 *
 * `choice` is read at each call, so the editor need not start anew when it changes. Headers typed into the editor win.
 */
export function createFetcher(endpoint, choice) {
  return async (operation, { headers: typed } = {}) => {
    const { token, language } = choice();
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
    const response = await fetch(endpoint, { method: "POST", headers, body: JSON.stringify(operation) });
    return readAnswer(response);
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
