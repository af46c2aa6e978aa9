"use strict";
// The page of the API: swagger-ui over our own document; what is tried there is sent with the session of this page.
window.addEventListener("load", () => {
  SwaggerUIBundle({
    url: document.getElementById("api").dataset.document,
    dom_id: "#api",
    deepLinking: true,
    docExpansion: "list",
    filter: true,
    validatorUrl: null,
    persistAuthorization: false,
    tryItOutEnabled: true,
    defaultModelsExpandDepth: 0,
    syntaxHighlight: false,
  });
});
