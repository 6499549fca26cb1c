"use strict";
// Filters of the case list and links into it. The page is whole without this.
(() => {
  const byId = (id) => document.getElementById(id);
  const form = byId("filters");
  const find = byId("find");
  const fields = ["kind", "part", "verdict", "change"].filter((name) => byId(name));
  const cases = [...document.querySelectorAll("details.case")];
  const texts = new Map();

  const words = (one) => {
    if (!texts.has(one)) {
      const parts = [...one.querySelectorAll("[data-text]")].map((part) => part.textContent);
      texts.set(one, parts.join(" ").toLowerCase().replace(/\s+/g, " "));
    }
    return texts.get(one);
  };

  // "!same" is everything but "same"; a case that is new did not flip.
  const fits = (value, wanted) =>
    wanted === "" ||
    (wanted === "!same" ? value !== "same" && value !== "new"
      : wanted.startsWith("!") ? value !== wanted.slice(1) : value === wanted);

  const apply = () => {
    const text = find.value.trim().toLowerCase().replace(/\s+/g, " ");
    let shown = 0;
    for (const one of cases) {
      one.hidden =
        !fields.every((name) => fits(one.dataset[name], byId(name).value)) ||
        (text !== "" && !words(one).includes(text));
      shown += one.hidden ? 0 : 1;
    }
    byId("shown-count").textContent =
      shown === cases.length ? `${shown} cases` : `${shown} of ${cases.length} cases`;
    byId("none-found").hidden = shown > 0;
  };

  const showAll = () => {
    form.reset();
    apply();
  };

  const openLinked = () => {
    const body = location.hash.startsWith("#case-") && byId(location.hash.slice(1));
    const one = body && body.closest("details.case");
    if (!one) return;
    if (one.hidden) showAll();
    one.open = true;
    const summary = one.querySelector("summary");
    summary.scrollIntoView({ block: "start" });
    summary.focus({ preventScroll: true });
  };

  form.hidden = false;
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(apply));
  byId("again").addEventListener("click", showAll);
  window.addEventListener("hashchange", openLinked);
  // After the browser itself went to the link, which it does once all is loaded.
  window.addEventListener("load", () => setTimeout(openLinked));

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-verdict], a[href^='#case-']");
    if (!link) return;
    if (link.dataset.verdict === undefined) {
      if (link.hash === location.hash) openLinked();
      return;
    }
    form.reset();
    for (const name of ["kind", "part", "verdict"]) byId(name).value = link.dataset[name];
    apply();
    byId("cases").focus({ preventScroll: true });
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, select, textarea")) return;
    event.preventDefault();
    find.focus();
  });

  apply();
})();
