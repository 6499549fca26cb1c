/** What stands on the page before the first question: what the library holds, and first questions. */

import { byId, el } from "./dom.js";
import { counted } from "./words.js";

const SHOWN_SOURCES = 6;
const MAX_SUGGESTIONS = 3;
const MAX_TITLE_LENGTH = 90;
const MIN_TITLE_WORDS = 3;

export function showLibrary(library, askQuestion) {
  const count = byId("library-count");
  count.textContent = `${counted(library.documents, "document")}, ${counted(library.listed_papers, "listed paper")}`;
  count.hidden = false;
  byId("welcome").replaceChildren(
    ...[suggestions(library.sources ?? [], askQuestion), holdings(library.sources ?? [])].filter(Boolean),
  );
}

function holdings(sources) {
  if (!sources.length) return null;
  const more = sources.length - SHOWN_SOURCES;
  return el(
    "div",
    {},
    el("h2", {}, "In the library"),
    el(
      "ul",
      { class: "holdings" },
      sources.slice(0, SHOWN_SOURCES).map((source) =>
        el(
          "li",
          {},
          el("span", { class: "holding-title" }, source.title ?? source.document_id),
          el("span", { class: "fine" }, `${source.container ?? "journal not given"}, ${source.year ?? "year not given"}`),
        ),
      ),
    ),
    more > 0 ? el("p", { class: "fine" }, `and ${counted(more, "more document")}`) : null,
  );
}

function suggestions(sources, askQuestion) {
  const questions = sources.map(suggestion).filter(Boolean).slice(0, MAX_SUGGESTIONS);
  if (!questions.length) return null;
  return el(
    "div",
    {},
    el("h2", {}, questions.length === 1 ? "A first question" : "First questions"),
    el(
      "ul",
      { class: "suggestions" },
      questions.map((question) =>
        el("li", {}, el("button", { type: "button", class: "suggestion", onclick: () => askQuestion(question) }, question)),
      ),
    ),
  );
}

/** A question on a source's main title, or null where the title is too short or long to read well. */
function suggestion({ title }) {
  const main = (title ?? "").split(/[:?]/u)[0].trim().replace(/\.$/u, "");
  const readsWell = main.length <= MAX_TITLE_LENGTH && main.split(/\s+/u).length >= MIN_TITLE_WORDS;
  return readsWell ? `What does “${main}” say?` : null;
}
