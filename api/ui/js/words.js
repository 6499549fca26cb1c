/** The plain words for what the API names by code, and for what a source does not give. */

const STATUS = {
  answered: "Answered",
  partial: "Partly answered",
  insufficient_evidence: "No answer found in the library",
  out_of_scope: "Probably outside this library's field",
  personal_medical: "Personal medical question",
  crisis: "Get help now",
};

export function statusWords(status) {
  return STATUS[status] ?? "Answer";
}

export function counted(number, one, many = `${one}s`) {
  return `${number.toLocaleString("en")} ${number === 1 ? one : many}`;
}

/** The name of a source for buttons: its title and year, with what is missing said. */
export function titleAndYear(source) {
  return `${source?.title ?? "title not given"}, ${source?.year ?? "year not given"}`;
}

const STANDING = {
  retracted: "retracted",
  partially_retracted: "retracted in part",
  expression_of_concern: "under an expression of concern",
  corrected: "corrected since",
  updated: "updated since",
  preprint: "a preprint, not peer reviewed",
  reinstated: "reinstated after a retraction or concern",
  no_notice: "no retraction or correction known",
  not_checked: "not checked for retraction",
};

/** What is known of a paper's standing, or of one note on it, in plain words. */
export function standingWords(status) {
  return STANDING[status] ?? plainName(status);
}

/** A field or section name as words: `mesh_terms` becomes `mesh terms`. */
export function plainName(name) {
  return String(name).replaceAll("_", " ");
}
