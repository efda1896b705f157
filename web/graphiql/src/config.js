const TABS_IN_STORE = "graphiql:tabState";
const SEEN_IN_STORE = "graphiql-page:default-tabs";

/**
 * What the gateway offers on this page.
 *
 * Shape: {endpoint, tabs: [{title, query, variables?}], tokens: [{label, token}]}; a tab's name is that of its
 * operation, so `title` only helps who reads the file.
 */
export async function loadConfig() {
  const response = await fetch("./graphiql-config.json", { headers: { accept: "application/json" } });
  if (!response.ok) {
    throw new Error(`graphiql-config.json answered ${response.status}`);
  }
  const { endpoint, tabs = [], tokens = [] } = await response.json();
  forgetTabsOfAnotherRelease(tabs);
  return { endpoint, tokens, tabs: tabs.map(asEditorTab) };
}

function asEditorTab({ query, variables }) {
  const text = variables === undefined || variables === null ? "" : variables;
  return { query, variables: typeof text === "string" ? text : JSON.stringify(text, null, 2) };
}

/** The editor keeps a visitor's tabs between visits; ours must show again once they have changed. */
function forgetTabsOfAnotherRelease(tabs) {
  const current = JSON.stringify(tabs);
  if (localStorage.getItem(SEEN_IN_STORE) !== current) {
    localStorage.removeItem(TABS_IN_STORE);
    localStorage.setItem(SEEN_IN_STORE, current);
  }
}
