/** Shows a quote beside a marker on hover or keyboard focus; Esc hides it. */

import { el } from "./dom.js";

const GAP = 8;
const LEAVE_DELAY_MS = 120;

const box = el("div", { id: "quote-tip", class: "quote-tip", role: "tooltip", hidden: true });
let owner = null;
let leaving = 0;

box.addEventListener("pointerenter", () => clearTimeout(leaving));
box.addEventListener("pointerleave", hideSoon);
addEventListener("scroll", hideQuote, { passive: true });
addEventListener("resize", hideQuote);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") hideQuote();
});

export function quoteOnHover(button, quote) {
  button.addEventListener("pointerenter", (event) => {
    if (event.pointerType === "mouse") show(button, quote);
  });
  button.addEventListener("pointerleave", hideSoon);
  button.addEventListener("focus", () => {
    if (button.matches(":focus-visible")) show(button, quote);
  });
  button.addEventListener("blur", hideQuote);
}

export function hideQuote() {
  clearTimeout(leaving);
  owner?.removeAttribute("aria-describedby");
  owner = null;
  box.hidden = true;
}

function hideSoon() {
  clearTimeout(leaving);
  leaving = setTimeout(hideQuote, LEAVE_DELAY_MS);
}

function show(button, quote) {
  hideQuote();
  owner = button;
  box.textContent = `“${quote}”`;
  if (!box.isConnected) document.body.append(box);
  box.hidden = false;
  button.setAttribute("aria-describedby", box.id);
  place(button.getBoundingClientRect());
}

function place(target) {
  const { width, height } = box.getBoundingClientRect();
  const middle = target.left + target.width / 2 - width / 2;
  const left = Math.max(GAP, Math.min(middle, document.documentElement.clientWidth - width - GAP));
  const above = target.top - height - GAP;
  box.style.left = `${left}px`;
  box.style.top = `${above >= GAP ? above : target.bottom + GAP}px`;
}
