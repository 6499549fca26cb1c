/** The chat page: takes questions, keeps the conversation, shows what goes wrong. */

import { ApiError, ask, getLibrary } from "./api.js";
import { renderTurn } from "./answer.js";
import { byId, el, prefersStillness } from "./dom.js";
import { askForKey } from "./key.js";
import { closeSource, openSource } from "./source.js";
import { showLibrary } from "./welcome.js";
import { counted, statusWords } from "./words.js";

const COUNT_FROM = 1500;

const form = byId("ask-form");
const box = byId("question");
const askButton = byId("ask");
const titles = new Map();
let conversationId = null;
let running = null;
let waitsForKey = false;

/** Fill in what the library holds; false where the server wants a key first. */
async function loadLibrary() {
  try {
    const library = await getLibrary();
    for (const source of library.sources ?? []) titles.set(source.document_id, source.title);
    showLibrary(library, askQuestion);
  } catch (failure) {
    showFailure(failure);
    return failure.status !== 401;
  }
  return true;
}

async function submit() {
  const question = box.value.trim();
  if (!question || running) return;
  const mine = new AbortController();
  setBusy(mine);
  showError(null);
  waitsForKey = false;
  try {
    const answer = await ask(question, conversationId, mine.signal);
    conversationId = answer.conversation_id ?? conversationId;
    box.value = "";
    showCount();
    addTurn(answer);
  } catch (failure) {
    byId("progress").textContent = "";
    waitsForKey = failure.status === 401;
    if (failure.name !== "AbortError") showFailure(failure);
  } finally {
    if (running === mine) setBusy(null);
  }
}

async function resumeWithKey() {
  const allowed = titles.size > 0 || (await loadLibrary());
  if (allowed && waitsForKey) submit();
}

function addTurn(answer) {
  closeSource();
  for (const { document_id, title } of answer.references ?? []) {
    if (!titles.has(document_id)) titles.set(document_id, title);
  }
  const turn = renderTurn(answer, { openSource, titleOf: (id) => titles.get(id) ?? id });
  byId("turns").prepend(turn);
  byId("conversation").hidden = false;
  byId("welcome").hidden = true;
  byId("progress").textContent = announcement(answer);
  const top = form.getBoundingClientRect().top;
  if (top < 0) form.scrollIntoView({ behavior: prefersStillness() ? "instant" : "smooth" });
}

function announcement(answer) {
  const sentences = answer.sentences?.length ?? 0;
  const references = answer.references?.length ?? 0;
  const found = sentences
    ? `${counted(sentences, "sentence")} from ${counted(references, "source")}.`
    : (answer.notices ?? []).map(({ text }) => text).join(" ");
  return `${statusWords(answer.status)}. ${found}`;
}

function setBusy(controller) {
  running = controller;
  const busy = controller !== null;
  document.body.classList.toggle("busy", busy);
  box.readOnly = busy;
  askButton.setAttribute("aria-disabled", String(busy));
  byId("conversation").setAttribute("aria-busy", String(busy));
  if (busy) byId("progress").textContent = "Reading the library…";
}

function showFailure(failure) {
  if (!(failure instanceof ApiError)) {
    console.error(failure);
    showError("The answer could not be shown", "Something in this page failed. Reload it and ask again.");
  } else if (failure.status === 401) {
    askForKey(resumeWithKey);
  } else {
    showError(failure.title, failure.detail);
  }
}

function showError(title, detail) {
  byId("error").replaceChildren(...(title ? [el("strong", {}, title), ` ${detail}`] : []));
}

function showCount() {
  const length = box.value.length;
  byId("question-count").textContent =
    length >= COUNT_FROM ? `${length.toLocaleString("en")} of ${box.maxLength.toLocaleString("en")}` : "";
}

function askQuestion(question) {
  box.value = question;
  box.focus();
  submit();
}

function startAnew() {
  running?.abort();
  setBusy(null);
  closeSource();
  conversationId = null;
  byId("turns").replaceChildren();
  byId("conversation").hidden = true;
  byId("welcome").hidden = false;
  byId("progress").textContent = "New conversation.";
  showError(null);
  box.focus();
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  submit();
});
box.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  submit();
});
box.addEventListener("input", showCount);
byId("new-conversation").addEventListener("click", startAnew);
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
  if (event.key !== "/" || typing || !plain || byId("source-pane").matches(":modal")) return;
  event.preventDefault();
  box.focus();
});

loadLibrary();
