/** The form that asks for an API key where the server wants one. */

import { hasApiKey, keepApiKey } from "./api.js";
import { byId, el } from "./dom.js";

/** Ask for the key, keep it for this browser tab and call `retry`. */
export function askForKey(retry) {
  const words = hasApiKey()
    ? "The server did not accept that API key."
    : "This server needs an API key.";
  const input = el("input", {
    id: "api-key",
    type: "password",
    required: true,
    autocomplete: "off",
    spellcheck: "false",
    "aria-describedby": "api-key-help",
  });
  const form = el(
    "form",
    { class: "key-form" },
    el("label", { for: "api-key" }, "API key"),
    el("p", { id: "api-key-help", class: "fine" }, `${words} A key is kept until this tab is closed.`),
    el("div", { class: "key-row" }, input, el("button", { type: "submit", class: "primary" }, "Use this key")),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const key = input.value.trim();
    if (!key) return;
    keepApiKey(key);
    form.remove();
    retry();
  });
  byId("key-place").replaceChildren(form);
  input.focus();
}
