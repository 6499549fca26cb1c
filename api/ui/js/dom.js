/** Builds elements. Everything shown is set as text, so nothing from the API is read as markup. */

const LINK_STARTS = [
  "https://pubmed.ncbi.nlm.nih.gov/",
  "https://pmc.ncbi.nlm.nih.gov/",
  "https://doi.org/",
];

/** An element; null and undefined attributes and children are left out, `on…` are listeners. */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return node;
}

/** A link to one of the known literature sites; any other address stays plain text. */
export function literatureLink(url, label) {
  if (!isLiteratureUrl(url)) return document.createTextNode(label);
  return el(
    "a",
    { href: url, target: "_blank", rel: "noopener noreferrer" },
    label,
    el("span", { class: "unseen" }, " (opens in a new tab)"),
  );
}

export function isLiteratureUrl(url) {
  return typeof url === "string" && LINK_STARTS.some((start) => url.startsWith(start));
}

export function byId(id) {
  return document.getElementById(id);
}

export function prefersStillness() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
