// The search page. The index is a script of its own, loaded on this page alone.
import { position, prepare, search } from "./match.js";

const SHOWN = 40;
const NAMES = { term: "Glossary", claim: "Claim", figure: "Figure", section: "" };

function element(tag, text, className) {
  const made = document.createElement(tag);
  made.textContent = text;
  if (className) made.className = className;
  return made;
}

function excerpt(entry, query) {
  const at = Math.max(0, position(entry.body, query));
  const start = at > 70 ? entry.body.indexOf(" ", at - 70) + 1 : 0;
  const from = start > at ? at : start;
  const words = entry.body.slice(from, from + 190);
  return `${from ? "… " : ""}${words}${from + 190 < entry.body.length ? " …" : ""}`;
}

function result(entry, query) {
  const [address, title, act, number] = entry.page;
  const item = document.createElement("li");
  const link = element("a", entry.title || title);
  link.href = `${address}#${entry.anchor}`;
  const chapter = number ? `Chapter ${number}, ${title}` : title;
  const place = [NAMES[entry.kind], act, chapter].filter(Boolean).join(" · ");
  const words = element("p", excerpt(entry, query));
  words.dir = "auto";
  item.append(link, element("p", place, "se-result-place"), words);
  return item;
}

function sentence(count, query) {
  if (!count) return `Nothing found for “${query}”. Try one word, or a shorter one.`;
  const places = count === 1 ? "1 place" : `${count} places`;
  return `${places} for “${query}”${count > SHOWN ? `; the ${SHOWN} best are shown` : ""}.`;
}

export function startSearch() {
  const page = document.querySelector("[data-se-search]");
  if (!page) return;
  const field = page.querySelector("input");
  const status = page.querySelector(".se-search-count");
  const list = page.querySelector(".se-results");
  let prepared;

  const show = (query) => {
    if (!query.trim()) {
      list.replaceChildren();
      status.textContent = "";
      return;
    }
    prepared ??= prepare(window.serviceEncounterIndex);
    const found = search(prepared, query);
    list.replaceChildren(...found.slice(0, SHOWN).map((entry) => result(entry, query)));
    status.textContent = sentence(found.length, query.trim());
  };

  page.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    const address = new URL(location.href);
    address.search = new URLSearchParams({ q: field.value });
    history.replaceState(null, "", address);
    show(field.value);
  });
  // Deferred scripts run in order, and the index comes after this one.
  document.addEventListener("DOMContentLoaded", () => {
    field.value = new URLSearchParams(location.search).get("q") || "";
    show(field.value);
  });
}
