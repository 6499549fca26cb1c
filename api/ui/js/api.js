/** The HTTP API: requests, the optional API key, and failures in words fit to show. */

const KEY_NAME = "alsqa.api-key";

/** A failed request; `status` is 0 where no reply came. */
export class ApiError extends Error {
  constructor(status, title, detail) {
    super(title);
    this.status = status;
    this.title = title;
    this.detail = detail;
  }
}

export function keepApiKey(key) {
  sessionStorage.setItem(KEY_NAME, key);
}

export function hasApiKey() {
  return Boolean(sessionStorage.getItem(KEY_NAME));
}

export function ask(question, conversationId, signal) {
  const body = { question };
  if (conversationId) body.conversation_id = conversationId;
  return request("/api/v1/answers", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
    signal,
  });
}

export function getDocument(documentId) {
  const path = documentId.split("/").map(encodeURIComponent).join("/");
  return request(`/api/v1/documents/${path}`);
}

export function getLibrary() {
  return request("/api/v1/library");
}

async function request(path, options = {}) {
  const headers = { Accept: "application/json", ...options.headers };
  const key = sessionStorage.getItem(KEY_NAME);
  if (key) headers.Authorization = `Bearer ${key}`;
  let reply;
  try {
    reply = await fetch(path, { ...options, headers, credentials: "same-origin" });
  } catch (failure) {
    if (failure.name === "AbortError") throw failure;
    throw new ApiError(0, "No connection", "The server did not answer. Check the connection and ask again.");
  }
  const data = await reply.json().catch(() => null);
  if (!reply.ok) throw problem(reply.status, data);
  if (data === null || typeof data !== "object") {
    throw new ApiError(reply.status, "Unreadable reply", "The server sent something other than an answer.");
  }
  return data;
}

function problem(status, data) {
  const title = typeof data?.title === "string" ? data.title : "The request failed";
  const detail = typeof data?.detail === "string" ? data.detail : `The server replied with status ${status}.`;
  return new ApiError(status, title, detail);
}
