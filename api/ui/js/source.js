/** The source pane: the document that a marker points to, at the words it quotes. */

import { getDocument } from "./api.js";
import { addedFields, field, identifiers, standing } from "./bibliography.js";
import { byId, el, prefersStillness } from "./dom.js";
import { passages, quoteStands } from "./passages.js";
import { hideQuote } from "./tooltip.js";

const pane = byId("source-pane");
const wide = matchMedia("(min-width: 900px)");
let opener = null;
let request = 0;

pane.addEventListener("close", closed);
pane.addEventListener("click", (event) => {
  if (event.target === pane) pane.close();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && pane.open && !event.defaultPrevented) {
    event.preventDefault();
    pane.close();
  }
});
wide.addEventListener("change", () => {
  if (!pane.open) return;
  const scrolled = scroller().scrollTop;
  pane.close();
  open();
  scroller().scrollTop = scrolled;
});

/** Show the span of the reference; focus returns to `button` when the pane closes. */
export async function openSource(reference, span, button) {
  hideQuote();
  setOpener(button);
  const mine = ++request;
  open();
  fill(reference, span, [heading("Source"), el("p", { class: "pane-note" }, "Opening the source…")]);
  let contents;
  try {
    contents = documentNodes(await getDocument(span.document_id), reference, span);
  } catch (failure) {
    contents = [heading("Source"), failureNote(failure), ...quoteThen(null, span)];
  }
  if (mine !== request || !pane.open) return;
  fill(reference, span, contents);
  pane.querySelector("mark.current")?.scrollIntoView({ block: "center", behavior: "instant" });
}

/** Close the pane without giving focus back. */
export function closeSource() {
  setOpener(null);
  if (pane.open) pane.close();
}

function open() {
  if (!pane.open) {
    if (wide.matches) pane.show();
    else pane.showModal();
  }
  document.body.classList.add("pane-open");
}

function closed() {
  if (pane.open) return; // Reopened in the other form because the window's width changed.
  request += 1;
  document.body.classList.remove("pane-open");
  const button = opener;
  setOpener(null);
  if (!button?.isConnected) return;
  button.focus();
  button.scrollIntoView({ block: "nearest", behavior: prefersStillness() ? "instant" : "smooth" });
  hideQuote();
}

function setOpener(button) {
  opener?.classList.remove("open");
  opener = button;
  opener?.classList.add("open");
}

/** Fill the pane; focus stays on the control that had it, or goes to the title. */
function fill(reference, span, contents) {
  const held = pane.contains(document.activeElement) ? document.activeElement : null;
  pane.replaceChildren(
    el(
      "div",
      { class: "pane-bar" },
      el(
        "p",
        { class: "pane-place" },
        el("strong", {}, `Source ${reference.n}`),
        el("span", {}, ` ${reference.title ?? ""}`),
      ),
      spanSteps(reference, span),
      el("button", { type: "button", id: "source-close", class: "quiet", onclick: () => pane.close() }, "Close"),
    ),
    el("div", { class: "pane-scroll" }, contents),
  );
  const again = held && held !== pane ? byId(held.id) : null;
  (again ?? byId("source-title")).focus({ preventScroll: true });
}

function heading(...words) {
  return el("h2", { id: "source-title", tabindex: "-1" }, words);
}

/** Steps through the quoted passages of the reference, where it has several. */
function spanSteps(reference, span) {
  const spans = reference.spans ?? [];
  const place = spans.indexOf(span);
  if (spans.length < 2 || place < 0) return null;
  const step = (id, label, name, to) =>
    el(
      "button",
      {
        type: "button",
        id,
        class: "quiet",
        "aria-label": name,
        onclick: () => openSource(reference, spans.at(to % spans.length), opener),
      },
      label,
    );
  return el(
    "div",
    { class: "pane-steps" },
    step("source-previous", "←", "Previous quoted passage", place - 1),
    el("span", {}, `Quote ${place + 1} of ${spans.length}`),
    step("source-next", "→", "Next quoted passage", place + 1),
  );
}

function documentNodes(source, reference, span) {
  const spans = (reference.spans ?? [span]).filter(({ document_id }) => document_id === span.document_id);
  return [
    heading(field(source, "title")),
    el("p", { class: "pane-authors" }, field(source, "authors")),
    el("p", { class: "pane-where" }, field(source, "container"), ", ", field(source, "year")),
    identifiers(source),
    standing(source),
    addedFields(source),
    reference.listed_in
      ? el("p", { class: "pane-note" }, "The paper cited is listed on this page; its own text is not held here.")
      : null,
    ...(quoteStands(source, span)
      ? []
      : quoteThen("The source's text has changed since this answer was made. Ask again for a current quote.", span)),
    ...passages(source, spans, span),
  ].filter((node) => node !== null);
}

/** The words quoted in the answer, where the source no longer shows them. */
function quoteThen(note, span) {
  return [
    note ? el("p", { class: "error" }, note) : null,
    el("p", { class: "pane-note" }, "Quoted in the answer:"),
    el("blockquote", {}, span.quote),
  ].filter((node) => node !== null);
}

function failureNote(failure) {
  return el(
    "p",
    { class: "error" },
    el("strong", {}, failure.title ?? "The source could not be shown"),
    ` ${failure.detail ?? "Close this pane and try again."}`,
  );
}

function scroller() {
  return pane.querySelector(".pane-scroll");
}
