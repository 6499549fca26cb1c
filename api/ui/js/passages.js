/** A document's canonical text under its section headings, with the cited spans marked. */

import { CodePointText } from "./codepoints.js";
import { el } from "./dom.js";

/** A line that ends a sentence ends a paragraph; any other single line break is kept as it is. */
const PROSE_BREAK = /\n\s*\n|(?<=[.!?:)\]"”])\n/gu;
const LISTING_BREAK = /\n+/gu;

/** The text as nodes with the quotes that stand in it marked, `current` strongly. */
export function passages(source, quoted, current) {
  const spans = quoted.filter((span) => quoteStands(source, span));
  const text = new CodePointText(source.text);
  const marks = withoutOverlap(spans, current);
  const nodes = [];
  let reached = 0;
  const sections = [...(source.sections ?? [])].sort((one, other) => one.start - other.start);
  for (const section of sections) {
    if (section.start > reached) nodes.push(between(text, reached, section, marks));
    nodes.push(
      el(
        "section",
        { class: `passage ${section.kind}` },
        el("h3", {}, section.name),
        paragraphs(text, section.start, section.end, marks, section.kind),
      ),
    );
    reached = Math.max(reached, section.end);
  }
  nodes.push(stretch(text, reached, text.length, marks));
  return nodes.filter((node) => node !== null);
}

/** Whether the text has the quote at the span's place. */
export function quoteStands(source, span) {
  return new CodePointText(source.text).slice(span.start, span.end) === span.quote;
}

/** The words before a section: left out where they only repeat its heading. */
function between(text, start, section, marks) {
  const words = text.slice(start, section.start).replaceAll(/[#\s]+/gu, " ").trim();
  const repeats = words.toLowerCase() === section.name.toLowerCase();
  return repeats ? null : stretch(text, start, section.start, marks);
}

function stretch(text, start, end, marks) {
  if (!text.slice(start, end).trim()) return null;
  return el("div", { class: "passage body" }, paragraphs(text, start, end, marks, "body"));
}

function paragraphs(text, start, end, marks, kind) {
  const nodes = [];
  const words = text.slice(start, end);
  let unit = 0;
  let offset = start;
  const add = (until) => {
    const piece = words.slice(unit, until);
    const length = countCodePoints(piece);
    if (piece.trim()) nodes.push(el("p", {}, marked(text, offset, offset + length, marks)));
    offset += length;
    unit = until;
  };
  for (const gap of words.matchAll(kind === "listing" ? LISTING_BREAK : PROSE_BREAK)) {
    add(gap.index);
    offset += countCodePoints(gap[0]);
    unit += gap[0].length;
  }
  add(words.length);
  return nodes;
}

function marked(text, start, end, marks) {
  const nodes = [];
  let reached = start;
  for (const mark of marks) {
    const from = Math.max(mark.start, reached);
    const until = Math.min(mark.end, end);
    if (from >= until) continue;
    nodes.push(text.slice(reached, from));
    nodes.push(
      el(
        "mark",
        { class: mark.current ? "cited current" : "cited", "aria-current": mark.current ? "true" : null },
        text.slice(from, until),
      ),
    );
    reached = until;
  }
  nodes.push(text.slice(reached, end));
  return nodes;
}

/** Spans in order; the current one stays whole and the others give way to it. */
function withoutOverlap(spans, current) {
  if (!spans.includes(current)) return [...spans].sort((one, other) => one.start - other.start);
  const others = spans
    .filter((span) => span.start !== current.start || span.end !== current.end)
    .flatMap((span) => [
      { start: span.start, end: Math.min(span.end, current.start) },
      { start: Math.max(span.start, current.end), end: span.end },
    ])
    .filter(({ start, end }) => start < end);
  const all = [...others, { start: current.start, end: current.end, current: true }];
  return all.sort((one, other) => one.start - other.start);
}

function countCodePoints(words) {
  return Array.from(words).length;
}
