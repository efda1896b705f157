import { createRoot } from "react-dom/client";

import { loadConfig } from "./config.js";
import { Page } from "./page.jsx";
import "graphiql/graphiql.css";
import "./page.css";

const root = createRoot(document.getElementById("page"));

try {
  root.render(<Page config={await loadConfig()} />);
} catch (error) {
  root.render(<p className="notice">The page could not be set up: {error.message}</p>);
}
