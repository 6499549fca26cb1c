/** How an answer came about: the evidence read and the receipt, both folded away. */

import { el } from "./dom.js";
import { plainName } from "./words.js";

const RECEIPT_FIELDS = [
  ["build_id", "Library build"],
  ["corpus_fingerprint", "Corpus fingerprint"],
  ["embedding_fingerprint", "Embedding fingerprint"],
  ["composer", "Composer"],
  ["settings_hash", "Settings hash"],
  ["as_of", "As of"],
  ["runs_on", "Runs on"],
];

export function evidenceRead(evidence, titleOf) {
  if (!evidence.length) return null;
  return el(
    "details",
    { class: "fold" },
    el("summary", {}, `Evidence read (${evidence.length})`),
    el("ol", { class: "evidence" }, evidence.map((chunk) => evidenceItem(chunk, titleOf))),
  );
}

export function receiptFold(receipt) {
  if (!receipt) return null;
  const rows = RECEIPT_FIELDS.filter(([name]) => receipt[name] !== undefined && receipt[name] !== null).map(
    ([name, label]) => row(label, String(receipt[name])),
  );
  const timings = Object.entries(receipt.timings_ms ?? {}).map(([stage, milliseconds]) =>
    row(`Time: ${plainName(stage)}`, `${Number(milliseconds).toFixed(1)} ms`),
  );
  return el(
    "details",
    { class: "fold" },
    el("summary", {}, "Receipt"),
    el("dl", { class: "receipt" }, rows, timings),
  );
}

function evidenceItem(chunk, titleOf) {
  const place = [chunk.section, Number.isFinite(chunk.score) ? `score ${chunk.score.toFixed(3)}` : null];
  return el(
    "li",
    {},
    el("p", { class: "evidence-title" }, titleOf(chunk.document_id)),
    el("p", { class: "fine" }, place.filter(Boolean).join(", ")),
    el("blockquote", {}, chunk.text),
  );
}

function row(label, value) {
  return el("div", {}, el("dt", {}, label), el("dd", {}, value));
}
