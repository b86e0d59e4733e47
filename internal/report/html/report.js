// The page is whole without this. It filters, and follows an attribute's lines.
"use strict";
(() => {
  const every = (selector, root = document) => [...root.querySelectorAll(selector)];

  for (const field of every(".figure .field")) {
    const mark = (on) => {
      const figure = field.closest(".figure");
      figure.classList.toggle("following", on);
      for (const g of every(".lines g", figure)) {
        g.classList.toggle("followed", on && g.dataset.key === field.dataset.key);
      }
    };
    field.addEventListener("pointerenter", () => mark(true));
    field.addEventListener("pointerleave", () => mark(false));
  }

  const form = document.getElementById("filter");
  if (!form) return;
  form.hidden = false;
  const findings = every(".finding").map((element) => {
    const group = element.closest(".group");
    const words = group.querySelector("h3").textContent + " " + element.textContent;
    return { element, group, words: words.toLowerCase() };
  });
  const groups = every(".group");
  const sections = every("#findings, #policy, #folded");
  const shown = document.getElementById("shown");

  const apply = () => {
    const data = new FormData(form);
    const words = data.get("words").toLowerCase().split(/\s+/).filter(Boolean);
    const severities = new Set(data.getAll("severity"));
    const rule = data.get("rule");
    const full = new Set();
    let n = 0;
    for (const { element, group, words: text } of findings) {
      const fits = severities.has(element.dataset.severity) &&
        (!rule || rule === element.dataset.rule) && words.every((word) => text.includes(word));
      element.hidden = !fits;
      if (fits) {
        n++;
        full.add(group).add(group.closest("main > section"));
      }
    }
    for (const element of [...groups, ...sections]) element.hidden = !full.has(element);
    shown.textContent = n === findings.length ? "" : `${n} of ${findings.length} findings shown`;
  };
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  apply(); // a browser that comes back to the page fills the form in
})();
