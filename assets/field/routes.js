// Every page of the app: `:name` is a part of the address, `?` one that may be missing. `form` pages hold what is
// being typed: nothing is put in their place unasked.

import { calculator } from "./calculator.js";
import { check } from "./check.js";
import { client, clients } from "./clients.js";
import { edit, fresh } from "./form.js";
import { outboxList } from "./outbox-view.js";
import { printed } from "./print.js";
import { record } from "./record.js";
import { offline, settings, signOut } from "./settings.js";
import { today } from "./today.js";

export const routes = [
  { path: "", view: today },
  { path: "new/:door/:stage?", view: fresh, form: true },
  { path: "edit/:id", view: edit, form: true },
  { path: "check/:id", view: check, form: true },
  { path: "clients", view: clients },
  { path: "client/:id", view: client },
  { path: "calculator", view: calculator, form: true },
  { path: "outbox", view: outboxList },
  { path: "record/:id", view: record },
  { path: "print", view: printed },
  { path: "settings", view: settings },
  { path: "sign-out", view: signOut },
  { path: "offline", view: offline },
];

/* The page an address names, with what it says: {route, params}, or null. */
export function find(hash) {
  const [path, query = ""] = hash.replace(/^#?\/?/, "").split("?");
  const parts = path.split("/").filter(Boolean).map(decodeURIComponent);
  for (const route of routes) {
    const wanted = route.path.split("/").filter(Boolean);
    const params = Object.fromEntries(new URLSearchParams(query));
    const fits = wanted.every((want, at) => {
      if (!want.startsWith(":")) return want === parts[at];
      if (parts[at] !== undefined) params[want.replace(/[:?]/g, "")] = parts[at];
      return parts[at] !== undefined || want.endsWith("?");
    });
    if (fits && parts.length <= wanted.length) return { route, params };
  }
  return null;
}
