// Forms that narrow a list: what is left empty is not said, so that addresses stay short; and what is typed stays.
(() => {
  const dropped = (data) => {
    for (const [name, value] of [...data.entries()]) if (value === "") data.delete(name);
  };
  document.addEventListener("formdata", (event) => {
    if (event.target.matches("form[data-filters], form[role=search]")) dropped(event.formData);
  });
  document.addEventListener("htmx:configRequest", (event) => {
    if (event.target.matches("form[data-filters]")) dropped(event.detail.formData);
  });
  if (window.Idiomorph) Idiomorph.defaults.ignoreActiveValue = true;
})();
