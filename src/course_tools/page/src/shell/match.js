// How words are compared and places ranked. No browser in here, so that it can be tested by itself.

const HAN = /\p{Script=Han}/u;
const WEIGHTS = { exact: 60, start: 30, inside: 12 };
const KIND = { term: 40, claim: 6, section: 8, figure: 4 };

/** Lower case, without accents, vowel points and quotes; letters that do not decompose are spelt out. */
export function fold(text) {
  return text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replaceAll("ł", "l")
    .replaceAll("ß", "ss")
    .replaceAll("ø", "o")
    .replaceAll("đ", "d")
    .replace(/[’'״׳"]/g, "");
}

/** The words of a query; a run of Chinese stays whole, for its parts are found inside longer runs. */
export function words(query) {
  return fold(query).match(/\p{Script=Han}+|[\p{L}\p{N}]+/gu) || [];
}

function pairs(run) {
  return run.length < 3 ? [] : Array.from({ length: run.length - 1 }, (_, i) => run.slice(i, i + 2));
}

/** A word and its plain English forms, the word itself first. */
function forms(word) {
  const found = [word];
  if (word.length > 4 && word.endsWith("ies")) found.push(`${word.slice(0, -3)}y`);
  else if (word.length > 4 && /(?:s|x|ch|sh)es$/.test(word)) found.push(word.slice(0, -2));
  else if (word.length > 3 && word.endsWith("s") && !word.endsWith("ss")) found.push(word.slice(0, -1));
  if (word.length > 6 && word.endsWith("ing")) found.push(word.slice(0, -3));
  return found;
}

function isLetter(character) {
  return character !== undefined && /[\p{L}\p{N}]/u.test(character);
}

/** How well a form sits in a folded text: a whole word, the start of one, or inside one. */
function fit(text, form) {
  let best = 0;
  for (let at = text.indexOf(form); at >= 0; at = text.indexOf(form, at + 1)) {
    if (HAN.test(form)) return WEIGHTS.exact;
    const starts = !isLetter(text[at - 1]);
    const ends = !isLetter(text[at + form.length]);
    if (starts && ends) return WEIGHTS.exact;
    best = Math.max(best, starts ? WEIGHTS.start : form.length > 3 ? WEIGHTS.inside : 0);
  }
  return best;
}

function best(text, word) {
  return Math.max(...forms(word).map((form, i) => fit(text, form) * (i ? 0.8 : 1)));
}

function scoreWord(entry, word) {
  const heading = best(entry.heading, word);
  const text = best(entry.text, word);
  if (heading || text) return heading * 3 + text / 4;
  const parts = HAN.test(word) ? pairs(word) : [];
  const found = parts.filter((part) => entry.heading.includes(part) || entry.text.includes(part)).length;
  return parts.length ? (WEIGHTS.inside * found) / parts.length : 0;
}

/** Entries with everything that matching needs, folded once. */
export function prepare(index) {
  return index.entries.map(([page, anchor, kind, heading, text]) => ({
    page: index.pages[page],
    anchor,
    kind,
    title: heading,
    body: text,
    heading: fold(heading),
    text: fold(text),
  }));
}

/** The places that hold every word of the query, or, where none does, the most of them; best first. */
export function search(prepared, query) {
  const wanted = words(query);
  if (!wanted.length) return [];
  const phrase = fold(query).trim();
  const scored = prepared
    .map((entry, order) => {
      const scores = wanted.map((word) => scoreWord(entry, word));
      const hits = scores.filter(Boolean).length;
      let score = scores.reduce((sum, value) => sum + value, 0);
      if (score) score += KIND[entry.kind];
      if (entry.heading === phrase) score += 400;
      else if (hits && entry.kind === "term" && ` ${entry.heading} ${entry.text} `.includes(phrase)) score += 120;
      if (hits && `${entry.title} ${entry.body}`.toLowerCase().includes(query.trim().toLowerCase())) score += 5;
      if (hits && wanted.length > 1 && entry.text.includes(phrase)) score += 40;
      return { entry, hits, score, order };
    })
    .filter((place) => place.hits);
  const most = Math.max(0, ...scored.map((place) => place.hits));
  return scored
    .filter((place) => place.hits === most)
    .sort((a, b) => b.score - a.score || a.order - b.order)
    .map((place) => place.entry);
}

/** Where the folded text has the query's first word, as a position in the text as written; -1 if nowhere. */
export function position(body, query) {
  const letters = Array.from(body);
  const folded = letters.map(fold);
  const text = folded.join("");
  const at = Math.min(
    ...words(query)
      .flatMap(forms)
      .map((form) => text.indexOf(form))
      .filter((found) => found >= 0),
  );
  if (!Number.isFinite(at)) return -1;
  let length = 0;
  const letter = folded.findIndex((part) => (length += part.length) > at);
  return letters.slice(0, letter).join("").length;
}
