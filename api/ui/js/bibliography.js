/** The bibliographic fields of a paper, with every missing one named as missing. */

import { el, literatureLink } from "./dom.js";
import { plainName, standingWords } from "./words.js";

const MISSING = {
  authors: "authors not given",
  title: "title not given",
  container: "journal not given",
  year: "year not given",
};
const IDENTIFIERS = [
  { field: "pmid", label: "PMID", site: "https://pubmed.ncbi.nlm.nih.gov/" },
  { field: "pmcid", label: "PMCID", site: "https://pmc.ncbi.nlm.nih.gov/" },
  { field: "doi", label: "DOI", site: "https://doi.org/" },
];

/** One field of a paper, or the words that it is not given; marked where a curator added it. */
export function field(paper, name) {
  const value = name === "authors" ? authorNames(paper.authors) : paper[name];
  if (value === null || value === undefined || value === "") {
    return el("span", { class: "not-given" }, MISSING[name]);
  }
  return el("span", { class: `field-${name}` }, String(value), addedMark(paper, name));
}

/** PMID, PMCID and DOI as links, each "not given" where the source has none. */
export function identifiers(paper) {
  return el(
    "ul",
    { class: "identifiers" },
    IDENTIFIERS.map(({ field: name, label, site }) => {
      const value = paper[name];
      if (!value) return el("li", { class: "not-given" }, `${label} not given`);
      const link = (paper.links ?? []).find(({ url }) => url.startsWith(site));
      return el("li", {}, `${label} `, literatureLink(link?.url, String(value)), addedMark(paper, name));
    }),
  );
}

const DOUBTFUL = new Set(["retracted", "partially_retracted", "expression_of_concern"]);

/** What is known of the paper's standing, who says it and when that was read. */
export function standing(paper) {
  const notes = paper.status_notes ?? [];
  const read = !notes.length && paper.status_checked_at ? ` (record read ${day(paper.status_checked_at)})` : "";
  const line = el(
    "p",
    { class: "fine", "data-testid": "standing" },
    el(
      "span",
      DOUBTFUL.has(paper.status) ? { class: "doubtful" } : {},
      sentenceCase(standingWords(paper.status)),
    ),
    read,
  );
  if (!notes.length) return line;
  return el("div", {}, line, el("ul", { class: "fine standing-notes" }, notes.map(standingNote)));
}

function standingNote(note) {
  const said = [sentenceCase(standingWords(note.kind)), note.date && `notice of ${note.date}`, note.text];
  const who = `${note.source}, read ${day(note.checked_at)}`;
  return el("li", {}, `${said.filter(Boolean).join(": ")} – ${who}`, noticeLink(note));
}

/** The notice itself, or the newer version, where the source names it. */
function noticeLink({ pmid, doi }) {
  if (pmid) return [" ", literatureLink(`https://pubmed.ncbi.nlm.nih.gov/${pmid}/`, `PMID ${pmid}`)];
  const path = encodeURIComponent(doi ?? "").replaceAll("%2F", "/");
  return doi ? [" ", literatureLink(`https://doi.org/${path}`, `DOI ${doi}`)] : null;
}

function day(time) {
  return time.slice(0, 10);
}

/** The fields that a curator added, each with where it is from; null where there are none. */
export function addedFields(paper) {
  if (!paper.added?.length) return null;
  return el(
    "ul",
    { class: "added-list" },
    paper.added.map((entry) =>
      el(
        "li",
        {},
        el("span", { class: "added" }, "added"),
        ` ${plainName(entry.name)}: ${entry.value}. Source: ${entry.source}`,
      ),
    ),
  );
}

function addedMark(paper, name) {
  const entry = (paper.added ?? []).find((added) => added.name === name);
  return entry ? el("span", { class: "added", title: `Source: ${entry.source}` }, "added") : null;
}

function authorNames(authors) {
  return (authors ?? []).map((author) => author.name ?? author).join(", ");
}

function sentenceCase(words) {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
