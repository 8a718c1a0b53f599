// The reader's own record: how much there is, and buttons that save, load and clear it.
import { make } from "./dom.js";
import { clearRecord, mergeRecord, readRecord } from "./store.js";

function button(text, act) {
  const node = make("button", text, "se-button");
  node.type = "button";
  node.addEventListener("click", act);
  return node;
}

function save() {
  const file = new Blob([JSON.stringify(readRecord(), null, 2)], { type: "application/json" });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = "service-encounter-progress.json";
  link.click();
  URL.revokeObjectURL(link.href);
}

function redraw() {
  document.dispatchEvent(new CustomEvent("se-restore"));
}

function summary() {
  const { answers, predictions } = readRecord();
  const all = Object.values(answers);
  const right = all.filter((answer) => answer.right).length;
  const guesses = Object.keys(predictions).length;
  return `Questions answered: ${all.length}, of them right: ${right}. Guesses committed: ${guesses}.`;
}

function fillPanel(panel) {
  const counts = make("p", summary(), "se-progress-counts");
  const status = make("p", "", "se-progress-status");
  status.setAttribute("role", "status");

  const file = document.createElement("input");
  file.type = "file";
  file.accept = ".json,application/json";
  file.id = `${panel.dataset.name}-file`;
  const label = make("label", "Load a saved file");
  label.htmlFor = file.id;
  file.addEventListener("change", async () => {
    if (!file.files.length) return;
    try {
      mergeRecord(await file.files[0].text());
      status.textContent = "Loaded.";
    } catch (error) {
      status.textContent = error.message;
    }
    file.value = "";
    redraw();
  });

  const sure = button("Yes, clear everything", () => {
    clearRecord();
    redraw();
    sure.hidden = true;
    clear.focus();
    status.textContent = "Cleared. Nothing of yours is left in this browser.";
  });
  sure.hidden = true;
  sure.classList.add("se-danger");
  const clear = button("Clear", () => {
    sure.hidden = false;
    sure.focus();
    status.textContent = "This cannot be undone. Save first if you want to keep it.";
  });

  const row = make("div", "", "se-actions");
  row.append(button("Save to a file", save), clear, sure);
  const loading = make("div", "", "se-load");
  loading.append(label, file);
  panel.replaceChildren(counts, row, loading, status);
  document.addEventListener("se-progress", () => (counts.textContent = summary()));
}

function fillTable(page) {
  const { answers } = readRecord();
  page.querySelectorAll("[data-questions]").forEach((row) => {
    const asked = row.dataset.questions.split(" ").map((pair) => pair.split(":"));
    const own = asked.flatMap(([id, hash]) => (answers[id]?.hash === hash ? [answers[id]] : []));
    row.querySelector("[data-answered]").textContent = own.length;
    row.querySelector("[data-right]").textContent = own.filter((answer) => answer.right).length;
  });
}

function openDialog() {
  const dialog = document.createElement("dialog");
  dialog.className = "se-dialog";
  dialog.setAttribute("aria-labelledby", "se-dialog-title");
  const title = make("h2", "Your progress");
  title.id = "se-dialog-title";
  const panel = document.createElement("div");
  panel.dataset.name = "se-dialog";
  const close = button("Close", () => dialog.close());
  dialog.append(title, make("p", "It stays in this browser and goes nowhere else."), panel, close);
  dialog.addEventListener("close", () => dialog.remove());
  fillPanel(panel);
  document.body.append(dialog);
  dialog.showModal();
}

export function startProgress() {
  document.querySelectorAll("[data-se-progress]").forEach((opener) => {
    opener.hidden = false;
    opener.addEventListener("click", openDialog);
  });
  document.querySelectorAll("[data-se-progress-page]").forEach((page) => {
    const panel = page.querySelector(".se-progress-panel");
    panel.dataset.name = "se-progress-page";
    fillPanel(panel);
    fillTable(page);
    document.addEventListener("se-progress", () => fillTable(page));
  });
}
