/** The reference list under an answer. */

import { addedFields, field, identifiers, standing } from "./bibliography.js";
import { el } from "./dom.js";
import { titleAndYear } from "./words.js";

/** `openSource(reference, span, opener)` shows the words; `titleOf(id)` names a library page. */
export function referenceList(references, { openSource, titleOf }) {
  if (!references.length) return null;
  return el(
    "section",
    { class: "references" },
    el("h4", {}, "References"),
    el("ol", {}, references.map((reference) => referenceItem(reference, openSource, titleOf))),
  );
}

function referenceItem(reference, openSource, titleOf) {
  return el(
    "li",
    { class: "reference", "data-testid": "reference" },
    el("span", { class: "reference-number" }, String(reference.n)),
    el(
      "div",
      { class: "reference-body" },
      el("p", { class: "reference-authors" }, field(reference, "authors")),
      el("p", { class: "reference-title" }, field(reference, "title")),
      el("p", { class: "reference-where" }, field(reference, "container"), ", ", field(reference, "year")),
      identifiers(reference),
      reference.listed_in ? el("p", { class: "fine" }, `Listed on: ${titleOf(reference.listed_in)}`) : null,
      standing(reference),
      addedFields(reference),
      readButton(reference, openSource),
    ),
  );
}

function readButton(reference, openSource) {
  const span = reference.spans?.[0];
  if (!span) return null;
  return el(
    "button",
    {
      type: "button",
      class: "quiet",
      "aria-haspopup": "dialog",
      "aria-label": `Read in the source: ${titleAndYear(reference)}`,
      onclick: (event) => openSource(reference, span, event.currentTarget),
    },
    "Read in the source",
  );
}
