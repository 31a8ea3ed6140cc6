// Every page works without this. It saves a few key strokes and keeps a form from being sent twice.
"use strict";

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  const search = document.querySelector("input[type=search]");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey && search) {
    event.preventDefault();
    search.focus();
    search.select();
  }
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches("textarea[name=sql]")) {
    event.target.form.requestSubmit();
  }
});

document.addEventListener("submit", (event) => {
  if (event.target.method !== "post") return;
  // Also those that belong to the form from elsewhere on the page.
  for (const button of Array.from(event.target.elements).filter((e) => e.type === "submit")) {
    // After the browser has read the form.
    setTimeout(() => { button.disabled = true; }, 0);
  }
});

// A page out of the back-forward cache must have its buttons again.
window.addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("button[disabled]")) button.disabled = false;
});

for (const drop of document.querySelectorAll(".drop")) {
  const over = (on) => (event) => { event.preventDefault(); drop.classList.toggle("over", on); };
  drop.addEventListener("dragover", over(true));
  drop.addEventListener("dragleave", over(false));
  drop.addEventListener("drop", (event) => {
    over(false)(event);
    const input = drop.querySelector("input[type=file]");
    if (event.dataTransfer.files.length > 0) input.files = event.dataTransfer.files;
  });
}

// Lists whose rows can be selected: a box for the whole page, a count, and a range with Shift.
const picks = Array.from(document.querySelectorAll("td.pick input"));
if (picks.length > 0) {
  const all = document.createElement("input");
  const label = document.createElement("label");
  all.type = "checkbox";
  all.setAttribute("aria-label", "Select all rows of this page");
  label.append(all);
  document.querySelector("th.pick").append(label);
  const count = document.querySelector(".bulk-count");
  const told = () => {
    const chosen = picks.filter((p) => p.checked).length;
    all.checked = chosen === picks.length;
    all.indeterminate = chosen > 0 && chosen < picks.length;
    count.textContent = chosen === 0 ? "" : `${chosen} selected`;
  };
  let last = null;
  all.addEventListener("change", () => { for (const pick of picks) pick.checked = all.checked; told(); });
  for (const pick of picks) {
    pick.addEventListener("click", (event) => {
      const [from, to] = [picks.indexOf(last), picks.indexOf(pick)];
      if (event.shiftKey && from >= 0) {
        for (const between of picks.slice(Math.min(from, to), Math.max(from, to) + 1)) between.checked = pick.checked;
      }
      last = pick;
      told();
    });
  }
  told();
}

// Says which files were chosen, where several can be: a phone shows only their number.
for (const input of document.querySelectorAll(".drop input[multiple]")) {
  const chosen = document.createElement("span");
  chosen.className = "chosen";
  chosen.setAttribute("role", "status");
  input.after(chosen);
  const tell = () => {
    const names = Array.from(input.files, (file) => file.name);
    chosen.textContent = names.length > 1 ? names.length + " files: " + names.join(", ") : "";
  };
  input.addEventListener("change", tell);
  input.closest(".drop").addEventListener("drop", () => setTimeout(tell, 0));
}

// Boxes of a table that belong to a form further down: all of them at once.
for (const form of document.querySelectorAll("form.batch[id]")) {
  const boxes = [...document.querySelectorAll("input[type=checkbox]")].filter((box) => box.form === form && box.closest("table"));
  if (boxes.length < 2) continue;
  const all = document.createElement("button");
  all.type = "button";
  all.textContent = `Choose all ${boxes.length} on this page`;
  all.addEventListener("click", () => {
    const on = boxes.some((box) => !box.checked);
    for (const box of boxes) box.checked = on;
  });
  form.prepend(all);
}
