"use strict";
{
  const form = document.querySelector("form");
  const status = form.querySelector("output");
  const selects = [...form.querySelectorAll("select")];
  const items = [...document.querySelectorAll("[data-f]")].map((node) => [node, new Set(node.dataset.f.split(" "))]);
  const counted = items.filter(([node]) => node.localName === "article").length;
  const sections = [...document.querySelectorAll("main > section")].filter((node) => node.querySelector("[data-f]"));
  const apply = () => {
    const wanted = selects.map((select) => select.value).filter(Boolean);
    let shown = 0;
    for (const [node, tokens] of items) {
      node.hidden = !wanted.every((token) => tokens.has(token));
      if (!node.hidden && node.localName === "article") shown += 1;
    }
    for (const section of sections) section.hidden = !section.querySelector("[data-f]:not([hidden])");
    status.textContent = status.dataset.text.replace("{shown}", shown).replace("{all}", counted);
  };
  form.addEventListener("change", apply);
  form.addEventListener("reset", () => setTimeout(apply));
  form.addEventListener("submit", (event) => event.preventDefault());
  addEventListener("beforeprint", () => {
    for (const details of document.querySelectorAll("details")) details.open = true;
  });
  apply();
}
