/** One turn of the conversation: the question, the status, the sentences and what backs them. */

import { el, isLiteratureUrl, literatureLink } from "./dom.js";
import { referenceList } from "./references.js";
import { quoteOnHover } from "./tooltip.js";
import { evidenceRead, receiptFold } from "./workings.js";
import { statusWords, titleAndYear } from "./words.js";

const NOTICES_FIRST = new Set(["insufficient_evidence", "out_of_scope", "personal_medical", "crisis"]);

/** `context` has openSource(reference, span, opener) and titleOf(document_id). */
export function renderTurn(answer, context) {
  const sentences = answer.sentences ?? [];
  const references = answer.references ?? [];
  const noticesFirst = NOTICES_FIRST.has(answer.status);
  const notices = noticeList(answer.notices ?? [], noticesFirst);
  const body = sentences.length
    ? sentenceGroups(sentences, references, context)
    : plainAnswer(answer);
  return el(
    "article",
    { class: "turn", "data-status": answer.status },
    el("h3", { class: "asked", tabindex: "-1" }, answer.question),
    el(
      "div",
      { "data-testid": "answer" },
      el("p", { class: "status", "data-testid": "status" }, statusWords(answer.status)),
      noticesFirst ? notices : null,
      body,
      sentences.length ? null : nearestPassage(answer, context.titleOf),
      noticesFirst ? null : notices,
      referenceList(references, context),
      evidenceRead(answer.evidence ?? [], context.titleOf),
      receiptFold(answer.receipt),
    ),
  );
}

/** The answer's text where it has no sentences, unless the notices say the same. */
function plainAnswer(answer) {
  const text = (answer.text ?? "").trim();
  const said = (answer.notices ?? []).some((notice) => text.includes(notice.text));
  return text && !said ? el("div", { class: "sentences" }, el("p", {}, text)) : null;
}

/** What came nearest, in its own words, where there is no answer. */
function nearestPassage(answer, titleOf) {
  const nearest = answer.evidence?.[0];
  if (!nearest || !(answer.notices ?? []).some(({ kind }) => kind === "nearest")) return null;
  return el(
    "figure",
    { class: "nearest" },
    el("figcaption", { class: "fine" }, `Nearest passage, not an answer: ${titleOf(nearest.document_id)} (${nearest.document_id})`),
    el("blockquote", {}, nearest.text),
  );
}

function noticeList(notices, leading) {
  if (!notices.length) return null;
  return el(
    "div",
    { class: leading ? "notices leading" : "notices" },
    notices.map((notice) =>
      el(
        "p",
        { class: "notice", "data-testid": "notice", "data-kind": notice.kind },
        notice.text,
        isLiteratureUrl(notice.url) ? " " : null,
        isLiteratureUrl(notice.url) ? literatureLink(notice.url, "Open the PubMed search") : null,
      ),
    ),
  );
}

function sentenceGroups(sentences, references, context) {
  const node = el("div", { class: "sentences" });
  for (const sentence of sentences) {
    const words = [sentence.text, " ", markers(sentence, references, context)];
    if (sentence.kind !== "record") {
      node.append(el("p", {}, words));
      continue;
    }
    if (!node.lastElementChild?.matches("ul.records")) node.append(el("ul", { class: "records" }));
    node.lastElementChild.append(el("li", {}, words));
  }
  return node;
}

function markers(sentence, references, context) {
  return (sentence.citations ?? []).map((citation) => {
    const reference = references.find(({ n }) => n === citation.n);
    const span = reference && citedSpan(reference, citation);
    if (!span) return `[${citation.n}]`;
    const button = el(
      "button",
      {
        type: "button",
        class: "marker",
        "aria-label": `Source ${citation.n}: ${titleAndYear(reference)}`,
        "aria-haspopup": "dialog",
        onclick: () => context.openSource(reference, span, button),
      },
      `[${citation.n}]`,
    );
    quoteOnHover(button, span.quote);
    return button;
  });
}

function citedSpan(reference, citation) {
  const spans = reference.spans ?? [];
  const sameDocument = spans.filter(({ document_id }) => document_id === citation.document_id);
  return (
    sameDocument.find(({ start, end }) => start === citation.start && end === citation.end) ??
    sameDocument.find(({ start, end }) => start <= citation.start && citation.end <= end) ??
    spans[0]
  );
}
