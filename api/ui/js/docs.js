const bundle = globalThis.SwaggerUIBundle;

if (bundle) {
  bundle({ url: "/openapi.json", dom_id: "#swagger", validatorUrl: null });
} else {
  document.getElementById("docs-message").textContent =
    "The documentation viewer could not be loaded. The API description itself is at /openapi.json.";
}
