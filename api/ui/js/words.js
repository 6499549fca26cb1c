/** The plain words for what the API names by code, and for what a source does not give. */

const STATUS = {
  answered: "Answered",
  partial: "Partly answered",
  insufficient_evidence: "Not in the library",
  out_of_scope: "Outside this library's field",
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

export function retractionWords(status) {
  return status === "not_checked" ? "retraction status not checked" : `retraction status: ${status}`;
}

/** A field or section name as words: `mesh_terms` becomes `mesh terms`. */
export function plainName(name) {
  return String(name).replaceAll("_", " ");
}
