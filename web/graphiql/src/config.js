const OFFERED = "graphiql-page:offered-tabs";
const EDITORS_OWN = ["graphiql:tabState", "graphiql:query", "graphiql:variables"];

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
  const offered = tabs.map(asEditorTab);
  startAnewWhenOthersAreOffered(offered);
  return { endpoint, tokens, tabs: offered };
}

function asEditorTab({ query, variables }) {
  const text = typeof variables === "string" ? variables : JSON.stringify(variables ?? {}, null, 2);
  return { query, variables: text === "{}" ? "" : text };
}

/** The editor keeps a visitor's tabs between visits; ours must show again once they have changed. */
function startAnewWhenOthersAreOffered(tabs) {
  const current = JSON.stringify(tabs);
  if (localStorage.getItem(OFFERED) === current) {
    return;
  }
  EDITORS_OWN.forEach((key) => localStorage.removeItem(key));
  // GraphiQL 3 shows the first tab's query, but takes the variables from the store alone.
  localStorage.setItem("graphiql:variables", tabs[0]?.variables ?? "");
  localStorage.setItem(OFFERED, current);
}
