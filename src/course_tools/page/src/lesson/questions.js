// Questions marked on the spot: each type says what was answered, how good it is, and what the answer is.
import { make, tell, unseal } from "./dom.js";
import { near, readings, same } from "./numbers.js";
import { keep, readRecord } from "./store.js";

const inputs = (form) => [...form.querySelectorAll("input[name=choice]")];
const selects = (form) => [...form.querySelectorAll("select")];
const entry = (form) => form.querySelector("input[name=entry]");
const marks = (form) => [...form.querySelectorAll(".se-mark")];

function mark(node, right) {
  node.textContent = right === null ? "" : right ? "✓ right" : "✗ wrong";
  node.dataset.right = right === null ? "" : String(right);
}

function clearMarks(form) {
  marks(form).forEach((node) => mark(node, null));
}

const chosen = {
  read: (form) => inputs(form).flatMap((input, i) => (input.checked ? [i] : [])),
  write: (form, response) => inputs(form).forEach((input, i) => (input.checked = response.includes(i))),
  complete: (response) => response.length > 0,
  ask: "Choose first.",
  judge(form, response, data) {
    response.forEach((i) => mark(marks(form)[i], data.right.includes(i)));
    const hits = response.filter((i) => data.right.includes(i)).length;
    const missed = data.right.length - hits;
    const outcome = hits === response.length && !missed ? "right" : hits ? "part" : "wrong";
    const html = response.map((i) => data.contents[`choice ${i}`]);
    if (hits && missed) html.push(`<p>You have not chosen ${missed} that ${missed === 1 ? "is" : "are"} right.</p>`);
    return { outcome, html };
  },
  answer: (form, data) => data.right.map((i) => form.querySelectorAll("label")[i].textContent),
};

const placed = {
  read: (form) => selects(form).map((select) => (select.value === "" ? -1 : Number(select.value))),
  write: (form, response) =>
    selects(form).forEach((select, i) => (select.value = response[i] >= 0 ? String(response[i]) : "")),
  complete: (response) => !response.includes(-1),
  ask: "Fill in every place first.",
  judge(form, response, data) {
    const hits = response.map((value, i) => value === data.right[i]);
    hits.forEach((hit, i) => mark(marks(form)[i], hit));
    const good = hits.filter(Boolean).length;
    if (good === hits.length) return { outcome: "right", html: [data.contents.right] };
    const html = hits.flatMap((hit, i) => (hit || !data.contents[`pair ${i}`] ? [] : [data.contents[`pair ${i}`]]));
    const count = `<p>${good} of ${hits.length} stand right.</p>`;
    return { outcome: good ? "part" : "wrong", html: [count, ...(html.length ? html : [data.contents.wrong])] };
  },
};

// A sort: one group of radio buttons a card. What is off stands on its card, where the reader mends it.
const cards = (form) => [...form.querySelectorAll(".se-sort-card")];

function clearCard(card) {
  mark(card.querySelector(".se-mark"), null);
  card.querySelector(".se-sort-why").replaceChildren();
}

const sorted = {
  read: (form) => cards(form).map((card) => Number(card.querySelector("input:checked")?.value ?? -1)),
  write: (form, response) =>
    cards(form).forEach((card, i) =>
      card.querySelectorAll("input").forEach((input, pile) => (input.checked = pile === response[i])),
    ),
  complete: (response) => !response.includes(-1),
  ask: "Choose a pile for every card first.",
  changed: (form, input) => clearCard(input.closest(".se-sort-card")),
  clear: (form) => cards(form).forEach(clearCard),
  judge(form, response, data) {
    const hits = response.map((pile, i) => pile === data.right[i]);
    cards(form).forEach((card, i) => {
      mark(card.querySelector(".se-mark"), hits[i]);
      card.querySelector(".se-sort-why").innerHTML = hits[i] ? "" : data.contents[`item ${i}`];
    });
    const good = hits.filter(Boolean).length;
    const count = `<p>${good} of ${hits.length} stand right.</p>`;
    if (good === hits.length) return { outcome: "right", html: [count] };
    const why = "<p>Each of the others says why. Move it and check again.</p>";
    return { outcome: good ? "part" : "wrong", html: [count, why] };
  },
  answer: (form, data) => {
    const texts = cards(form).map((card) => card.querySelector("legend").textContent);
    const names = [...cards(form)[0].querySelectorAll("label")].map((label) => label.textContent);
    return names.map((name, pile) => `${name}: ${texts.filter((_, i) => data.right[i] === pile).join("; ") || "none"}`);
  },
};

const types = {
  single: chosen,
  multiple: chosen,
  ordering: {
    ...placed,
    answer: (form, data) =>
      data.right
        .map((place, i) => [place, form.querySelectorAll("label")[i].textContent])
        .sort(([a], [b]) => a - b)
        .map(([place, text]) => `${place + 1}. ${text}`),
  },
  matching: {
    ...placed,
    answer: (form, data) =>
      selects(form).map(
        (select, i) => `${form.querySelectorAll("label")[i].textContent}: ${select.options[data.right[i] + 1].text}`,
      ),
  },
  sorting: sorted,
  numeric: {
    read: (form) => entry(form).value,
    write: (form, response) => (entry(form).value = response),
    complete: (response, data) => readings(response, data.unit).length > 0,
    ask: "Type a number first.",
    judge(form, response, data) {
      const numbers = readings(response, data.unit);
      const right = numbers.some((number) => near(number, data.answer, data.tolerance));
      mark(marks(form)[0], right);
      if (right) return { outcome: "right", html: [data.contents.right] };
      const slip = data.mistakes.findIndex(([value, margin]) => numbers.some((number) => near(number, value, margin)));
      return { outcome: "wrong", html: [slip < 0 ? data.contents.wrong : data.contents[`mistake ${slip}`]] };
    },
    answer: (form, data) => [`${data.answer} ${data.unit}`.trim()],
  },
  text: {
    read: (form) => entry(form).value,
    write: (form, response) => (entry(form).value = response),
    complete: (response) => response.trim() !== "",
    ask: "Type an answer first.",
    judge(form, response, data) {
      const right = data.accept.some((text) => same(text) === same(response));
      mark(marks(form)[0], right);
      if (right) return { outcome: "right", html: [data.contents.right] };
      const slip = data.mistakes.findIndex((texts) => texts.some((text) => same(text) === same(response)));
      return { outcome: "wrong", html: [slip < 0 ? data.contents.wrong : data.contents[`mistake ${slip}`]] };
    },
    answer: (form, data) => [data.accept[0]],
  },
};

function startQuestion(form) {
  const data = unseal(form);
  const type = { changed: clearMarks, clear: clearMarks, ...types[data.type] };
  const { question: id, hash } = form.dataset;
  const status = form.querySelector(".se-feedback");
  const reveal = form.querySelector("[data-answer]");
  form.querySelector(".se-actions").hidden = false;

  function kept() {
    const own = readRecord().answers[id];
    return own && own.hash === hash ? own : null;
  }

  function restore() {
    const own = kept();
    type.clear(form);
    reveal.hidden = !own || own.right;
    if (!own) {
      form.reset();
      tell(status, "ask", []);
      return;
    }
    type.write(form, own.response);
    if (!type.complete(own.response, data)) return;
    const { outcome } = type.judge(form, own.response, data);
    tell(status, outcome, ["<p>From your last visit.</p>"]);
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const response = type.read(form);
    if (!type.complete(response, data)) {
      tell(status, "ask", [`<p>${type.ask}</p>`]);
      return;
    }
    type.clear(form);
    const { outcome, html } = type.judge(form, response, data);
    const right = outcome === "right";
    const before = kept();
    tell(status, outcome, right ? [...html, data.contents.explanation] : html);
    reveal.hidden = right;
    keep("answers", id, { hash, response, right, tries: (before?.tries ?? 0) + 1 });
  });

  form.addEventListener("input", (event) => {
    type.changed(form, event.target);
    delete status.dataset.outcome;
    status.replaceChildren();
  });

  reveal.addEventListener("click", () => {
    tell(status, "ask", []);
    const list = make("ul", "");
    type.answer(form, data).forEach((text) => list.append(make("li", text)));
    const why = document.createElement("div");
    why.innerHTML = data.contents.explanation;
    status.append(make("p", "The answer:", "se-outcome-word"), list, why);
  });

  document.addEventListener("se-restore", restore);
  restore();
}

export function startQuestions() {
  document.querySelectorAll("form.se-question").forEach(startQuestion);
}
