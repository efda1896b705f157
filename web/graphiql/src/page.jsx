import { GraphiQL } from "graphiql";
import { useMemo, useRef, useState } from "react";

import { Explain } from "./explain.jsx";
import { createFetcher } from "./fetcher.js";

const LANGUAGES = [
  { label: "Русский", value: "ru" },
  { label: "English", value: "en" },
];

export function Page({ config }) {
  const [token, setToken] = useState(config.tokens[0]?.token ?? "");
  const [language, setLanguage] = useState(LANGUAGES[0].value);

  const [explain, setExplain] = useState(false);
  const [run, setRun] = useState(null);

  const choice = useRef({});
  choice.current = { token, language, explain };
  const fetcher = useMemo(() => createFetcher(config.endpoint, () => choice.current, setRun), [config.endpoint]);

  const viewers = [...config.tokens.map(({ label, token: value }) => ({ label, value })), { label: "Nobody", value: "" }];
  return (
    <>
      <header className="bar">
        <h1>Insurance graph</h1>
        <Choice id="viewer" label="Signed in as" options={viewers} value={token} onChange={setToken} />
        <Choice id="language" label="Language" options={LANGUAGES} value={language} onChange={setLanguage} />
        <label htmlFor="explain">
          <input id="explain" type="checkbox" checked={explain} onChange={(event) => setExplain(event.target.checked)} />
          Explain
        </label>
      </header>
      <main>
        <GraphiQL
          fetcher={fetcher}
          defaultTabs={config.tabs.length ? config.tabs : undefined}
          defaultEditorToolsVisibility={config.tabs.some((tab) => tab.variables) ? "variables" : false}
        />
      </main>
      {explain && <Explain run={run} />}
    </>
  );
}

function Choice({ id, label, options, value, onChange }) {
  return (
    <label htmlFor={id}>
      {label}
      <select id={id} value={value} onChange={(event) => onChange(event.target.value)}>
        {options.map((option) => (
          <option key={option.label} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </label>
  );
}
