// What links and forms cannot do: progress of an upload, and files that are dropped anywhere on the page. Everything works without it.
"use strict";

// A page that is not looked at asks for nothing.
document.addEventListener("htmx:before:request", (e) => {
  if (document.hidden && e.detail?.ctx?.sourceElement?.hasAttribute?.("hx-trigger")) e.preventDefault();
});

// The menu of a phone closes when the focus leaves it.
document.querySelectorAll("form[data-upload]").forEach((form) => {
  const bar = form.querySelector("progress");
  const said = form.querySelector("[role=status]");
  const input = form.querySelector("input[type=file]");
  input?.addEventListener("change", () => form.requestSubmit());
  form.addEventListener("submit", (e) => {
    if (!bar || !window.FormData) return;
    e.preventDefault();
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.upload.addEventListener("progress", (p) => {
      if (!p.lengthComputable) return;
      bar.hidden = false;
      bar.max = p.total;
      bar.value = p.loaded;
    });
    request.addEventListener("load", () => {
      if (request.status < 400) { window.location.assign(request.responseURL || form.action); return; }
      bar.hidden = true;
      said.textContent = request.responseText;
    });
    request.addEventListener("error", () => { bar.hidden = true; said.textContent = form.dataset.failed; });
    request.send(new FormData(form));
  });
});
