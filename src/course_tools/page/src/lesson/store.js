// What the browser keeps: answers and guesses under one versioned key, and nothing about the reader.
const KEY = "service-encounter.v1";

// Without storage (a private window, a blocked site) the record lasts as long as the page.
let unsaved = null;

function empty() {
  return { format: KEY, answers: {}, predictions: {} };
}

function isPlain(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isRecord(value) {
  return (
    isPlain(value) &&
    value.format === KEY &&
    ["answers", "predictions"].every(
      (part) => isPlain(value[part]) && Object.values(value[part]).every((entry) => isPlain(entry) && "response" in entry),
    )
  );
}

export function readRecord() {
  if (unsaved) return unsaved;
  try {
    const value = JSON.parse(localStorage.getItem(KEY));
    return isRecord(value) ? value : empty();
  } catch {
    return empty();
  }
}

function writeRecord(record) {
  try {
    localStorage.setItem(KEY, JSON.stringify(record));
  } catch {
    unsaved = record;
  }
  document.dispatchEvent(new CustomEvent("se-progress"));
}

export function keep(part, id, entry) {
  const record = readRecord();
  record[part][id] = { ...entry, at: new Date().toISOString() };
  writeRecord(record);
}

export function clearRecord() {
  unsaved = null;
  try {
    localStorage.removeItem(KEY);
  } catch {
    // Nothing was kept.
  }
  document.dispatchEvent(new CustomEvent("se-progress"));
}

// Of two answers to one question the later stays.
export function mergeRecord(text) {
  let brought;
  try {
    brought = JSON.parse(text);
  } catch {
    throw new Error("That file is not a saved record: it is not JSON.");
  }
  if (!isRecord(brought)) throw new Error(`That file is not a saved record of this book (${KEY}).`);
  const record = readRecord();
  for (const part of ["answers", "predictions"]) {
    for (const [id, entry] of Object.entries(brought[part])) {
      const own = record[part][id];
      if (!own || String(own.at) < String(entry.at)) record[part][id] = entry;
    }
  }
  writeRecord(record);
}
