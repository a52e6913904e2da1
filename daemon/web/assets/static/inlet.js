// What links and forms cannot do: progress of an upload, and files that are dropped anywhere on the page. Everything works without it.
"use strict";

// A page that is not looked at asks for nothing.
document.addEventListener("htmx:before:request", (e) => {
  if (document.hidden && e.detail?.ctx?.sourceElement?.hasAttribute?.("hx-trigger")) e.preventDefault();
});

// A form that sends files shows what was chosen, how far it is, and why a file was not kept. The answer is the same page that a browser without scripts
// gets; what it says of the files is put in place of the page's content.
const bindUpload = (form) => {
  const input = form.querySelector("input[type=file]");
  const picked = form.querySelector("[data-picked]");
  const sending = form.querySelector("[data-sending]");
  const said = form.querySelector("[data-said]");
  const say = (text) => { said.textContent = text; said.hidden = !text; };
  const size = (n) => n < 1048576 ? Math.ceil(n / 1024) + " kB" : (n / 1048576).toFixed(1) + " MB";
  const tooLarge = () => [...input.files].filter((f) => f.size > Number(form.dataset.most));
  input.addEventListener("change", () => {
    picked.textContent = [...input.files].map((f) => f.name + " (" + size(f.size) + ")").join(", ");
    say(tooLarge().length ? form.dataset.large : "");
  });
  form.addEventListener("submit", (e) => {
    e.preventDefault();
    if (tooLarge().length) { say(form.dataset.large); return; }
    const bar = sending.querySelector("progress");
    const count = sending.querySelector("[role=status]");
    const button = form.querySelector("button.go");
    const request = new XMLHttpRequest();
    const end = () => { sending.hidden = true; button.disabled = false; };
    request.open("POST", form.action);
    request.responseType = "document";
    request.upload.addEventListener("progress", (p) => {
      if (!p.lengthComputable) return;
      bar.max = p.total;
      bar.value = p.loaded;
      count.textContent = size(p.loaded) + " / " + size(p.total);
    });
    request.addEventListener("load", () => {
      const main = request.response?.querySelector("main");
      if (request.status < 400 || !main) { window.location.assign(request.status < 400 ? request.responseURL : form.action); return; }
      document.querySelector("main").replaceWith(document.adoptNode(main));
      document.querySelectorAll("form[data-upload]").forEach(bindUpload);
      document.querySelector("main [role=alert]")?.scrollIntoView({ block: "center" });
    });
    request.addEventListener("error", () => { end(); say(form.dataset.failed); });
    say("");
    sending.hidden = false;
    button.disabled = true;
    request.send(new FormData(form));
  });
};
document.querySelectorAll("form[data-upload]").forEach(bindUpload);

// A file may be dropped anywhere on a page that takes one.
document.addEventListener("dragover", (e) => { if (document.querySelector("form[data-upload]")) e.preventDefault(); });
document.addEventListener("drop", (e) => {
  const input = document.querySelector("form[data-upload] input[type=file]");
  if (!input || e.target === input || !e.dataTransfer?.files.length) return;
  e.preventDefault();
  input.files = e.dataTransfer.files;
  input.dispatchEvent(new Event("change"));
});
