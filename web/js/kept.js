// The reader's own files: predictions, plan, maps and games, in the storage of the browser, under the
// names and in the form in which JupyterLab has them.

const PREFIX = "does-it-scale/";
/** @type {Record<string, string>} */
const TYPES = { ".json": "application/json", ".csv": "text/csv", ".ipynb": "application/x-ipynb+json" };
/** @typedef {{of: string, format: number, id: string, when: string}} List  a file to which entries are only ever added, as `web/book.py` writes it */

/** What the storage cannot take, until the page is closed. @type {Map<string, string>} */
const unsaved = new Map();
/** What the worker knows of each file. @type {Map<string, string>} */
const known = new Map();
export const trouble =
  "This browser keeps nothing for this site, so what you do lasts until you close the page. Everything else works.";

/** @returns {Map<string, string>} all files by name */
export function all() {
  const files = new Map();
  try {
    for (let i = 0; i < localStorage.length; i++) {
      const key = localStorage.key(i);
      if (key?.startsWith(PREFIX)) files.set(key.slice(PREFIX.length), localStorage.getItem(key) ?? "");
    }
  } catch {
    // Forbidden; what is below is all there is.
  }
  for (const [name, text] of unsaved) files.set(name, text);
  return files;
}

/** Keep a file, or remove it. @param {string} name @param {string | null} text @returns {boolean} whether it is in the storage */
export function keep(name, text) {
  try {
    if (text === null) localStorage.removeItem(PREFIX + name);
    else localStorage.setItem(PREFIX + name, text);
    unsaved.delete(name);
    return true;
  } catch {
    if (text === null) unsaved.delete(name);
    else unsaved.set(name, text);
    return false;
  }
}

/** Take what a turn of the worker has changed. @param {Record<string, string | null>} files @returns {boolean} whether all are in the storage */
export function take(files) {
  let isKept = true;
  for (const [name, text] of Object.entries(files)) {
    if (text === null) known.delete(name);
    else known.set(name, text);
    isKept = keep(name, text) && isKept;
  }
  return isKept;
}

/** What the worker does not know yet: another page may have changed it. @returns {Record<string, string | null>} */
export function news() {
  /** @type {Record<string, string | null>} */
  const changed = {};
  const now = all();
  for (const [name, text] of now) if (known.get(name) !== text) changed[name] = text;
  for (const name of known.keys()) if (!now.has(name)) changed[name] = null;
  known.clear();
  for (const [name, text] of now) known.set(name, text);
  return changed;
}

/** A new worker knows nothing. */
export function forget() {
  known.clear();
}

/** @param {string} page such as "size_context.ties.explorable" @param {string} question @returns {boolean} whether it was answered before */
export function isAnswered(page, question) {
  try {
    const stored = JSON.parse(all().get("predictions.json") ?? "{}");
    return (stored.predictions ?? []).some(
      (/** @type {any} */ one) => page.startsWith(`${one.key}.`) && one.question === question,
    );
  } catch {
    return false;
  }
}

// ---------------------------------------------------------------- taking them along

/**
 * Add a file of the reader's; what is here already stays.
 * @param {string} name @param {string} text @param {Record<string, List>} lists by the name of the file
 * @returns {string} what was done
 */
export function bringIn(name, text, lists) {
  const here = all().get(name);
  if (here === text) return `${name} is here already.`;
  const list = lists[name];
  if (list) {
    const merged = merge(list, here, text);
    keep(name, merged.text);
    const added = merged.added === 1 ? `1 ${list.of.slice(0, -1)} was` : `${merged.added} ${list.of} were`;
    return `${name}: ${added} added.`;
  }
  if (here !== undefined) {
    const stamp = new Date().toISOString().replaceAll(/[-:]/g, "").replace("T", "-").replace(".", "-").slice(0, 19);
    const dot = name.lastIndexOf(".");
    keep(`${name.slice(0, dot)}.before-${stamp}${name.slice(dot)}`, here);
  }
  return keep(name, text) ? `${name} is here now.${here === undefined ? "" : " The one before is kept beside it."}` : trouble;
}

/** Add the entries of another file that are not here yet. @param {List} list @param {string | undefined} here @param {string} other */
function merge({ of, format, id, when }, here, other) {
  const ours = here === undefined ? { [of]: [] } : JSON.parse(here);
  const theirs = JSON.parse(other);
  if (!(theirs.format <= format) || !Array.isArray(theirs[of])) {
    throw new Error(`This is not a file of ${of} that this edition can read.`);
  }
  const named = (/** @type {any} */ one) => JSON.stringify([one[id], one[when]]);
  const seen = new Set(ours[of].map(named));
  const added = theirs[of].filter((/** @type {any} */ one) => !seen.has(named(one)));
  const all = [...ours[of], ...added].sort((one, other) => (one[when] < other[when] ? -1 : 1));
  const whole = { ...ours, format: Math.max(format, ours.format ?? 0), [of]: all };
  return { text: JSON.stringify(whole, null, 1), added: added.length };
}

/** The list of the reader's files, each to be saved, and a field to bring others in. */
export class KeptFiles extends HTMLElement {
  connectedCallback() {
    const list = document.createElement("ul");
    const said = document.createElement("p");
    said.setAttribute("role", "status");
    const label = document.createElement("label");
    label.textContent = this.getAttribute("bring") ?? "";
    const field = Object.assign(document.createElement("input"), { type: "file", multiple: true, accept: ".json,.csv" });
    label.append(field);
    this.replaceChildren(list, label, said);
    const fill = () => {
      const files = [...all()].sort();
      list.replaceChildren(
        ...files.map(([name, text]) => {
          const item = document.createElement("li");
          const button = Object.assign(document.createElement("button"), { type: "button", textContent: `Save ${name}` });
          button.addEventListener("click", () => save(name, text));
          item.append(button);
          return item;
        }),
      );
      if (!files.length) list.replaceChildren(Object.assign(document.createElement("li"), { textContent: "Nothing is kept yet." }));
    };
    field.addEventListener("change", async () => {
      const told = [];
      for (const file of field.files ?? []) {
        try {
          const text = await file.text();
          if (file.name.endsWith(".json")) JSON.parse(text);
          told.push(bringIn(file.name, text, JSON.parse(this.dataset.lists ?? "{}")));
        } catch (error) {
          told.push(`${file.name} cannot be understood, and nothing has changed (${error}).`);
        }
      }
      said.textContent = told.join(" ");
      field.value = "";
      fill();
    });
    fill();
  }
}

/** Hand a text to the reader as a file. @param {string} name @param {string} text */
export function save(name, text) {
  const type = TYPES[name.slice(name.lastIndexOf("."))];
  const url = URL.createObjectURL(new Blob([text], { type }));
  Object.assign(document.createElement("a"), { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
