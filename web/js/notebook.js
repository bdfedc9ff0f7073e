// A learner's notebook as a file: written with the answers of the page, and taken back from a file.

import { engine } from "./engine.js";
import { save as saveFile } from "./kept.js";

/** @typedef {import("./drafts.js").Attachments} Attachments */
/** @typedef {{after: string, id: string, cell_type: string, source: string, attachments?: Attachments}} OwnCell `after` is a cell of the exercise, or "" */
/** @typedef {{answers: Record<string, string>, own: OwnCell[], attachments: Record<string, Attachments>}} Work `attachments`: of answers, by the cell's id */
/** @typedef {{kind: "repaired" | "flagged" | "note", text: string}} Finding */
/** @typedef {Work & {findings: Finding[], refused: string, other: {title: string, page: string} | null}} Taken */

const MOST_BYTES = 50_000_000; // as grading/preflight/folder.py has it
const MOST_READ = 10_000_000; // characters that Python is given
const LIMIT = 30_000; // milliseconds
const FEW = 1_000_000; // characters of a notebook that is handed over with its outputs
const MOST_PICTURES = 1_000_000; // characters of base64 of all pictures in texts, which the storage of a browser has room for
const VALID_ID = /^[a-zA-Z0-9_-]{1,64}$/;
// The ends of lines that Python's splitlines knows, by which nbformat cuts a text.
const LINES = /[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]*(?:\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029])|[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+$/g;

// ---------------------------------------------------------------- writing

/**
 * The released notebook with a learner's work in it, as nbformat writes it.
 * @param {any} released  the parsed notebook, which is not changed
 * @param {Omit<Work, "attachments"> & Partial<Work>} work
 * @returns {string}
 */
export function filled(released, { answers, own, attachments = {} }) {
  const ids = new Set(released.cells.map((/** @type {any} */ cell) => cell.id));
  // What belongs to no cell of this release, as a draft of an older one may, comes last.
  const strays = Object.entries(answers)
    .filter(([id]) => !ids.has(id))
    .map(([id, source]) => ({ after: "", id, cell_type: "code", source }));
  const lost = own.filter(({ after }) => after !== "" && !ids.has(after));
  const cells = [];
  const behind = (/** @type {string} */ id) => own.filter(({ after }) => after === id);
  for (const one of behind("")) cells.push(ownCell(one, ids));
  for (const cell of released.cells) {
    const pictures = attachments[cell.id] ? { attachments: attachments[cell.id] } : {};
    cells.push({ ...cell, source: cut(answers[cell.id] ?? whole(cell.source)), ...pictures });
    for (const one of behind(cell.id)) cells.push(ownCell(one, ids));
  }
  for (const one of [...lost, ...strays]) cells.push(ownCell(one, ids));
  return `${JSON.stringify(sorted({ ...released, cells }), null, 1)}\n`;
}

/** A cell of the learner's, with an id of its own. @param {OwnCell} one @param {Set<string>} used */
function ownCell({ id, cell_type, source, attachments }, used) {
  let name = id;
  for (let n = 1; used.has(name) || !VALID_ID.test(name); n++) name = `own-${n}`;
  used.add(name);
  const code = cell_type === "code" ? { execution_count: null, outputs: [] } : {};
  const pictures = attachments ? { attachments } : {};
  return { cell_type, id: name, metadata: {}, source: cut(source), ...code, ...pictures };
}

/** @param {string | string[]} source @returns {string} */
export function whole(source) {
  return Array.isArray(source) ? source.join("") : source;
}

/** @param {string} text @returns {string[]} */
function cut(text) {
  return text.match(LINES) ?? [];
}

/** Sort all keys, as nbformat does. @param {any} value @returns {any} */
function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])]));
}

/** Hand a notebook to the reader. @param {string} name such as "03-size-and-context" @param {string} text */
export function save(name, text) {
  saveFile(`${name}-exercise.ipynb`, text);
}

// ---------------------------------------------------------------- taking back

/**
 * Read a file that a reader chose; nothing is changed here.
 * @param {string} name  the exercise of the page, such as "03-size-and-context"
 * @param {File} file
 * @returns {Promise<Taken>}
 */
export async function take(name, file) {
  if (file.size > MOST_BYTES) {
    return refuse(`${file.name} has ${(file.size / 1e6).toFixed(0)} MB; a page opens ${MOST_BYTES / 1e6} MB at most. Clear all outputs in Jupyter, save, and open it again.`);
  }
  /** @type {Uint8Array<ArrayBuffer>} */
  let bytes;
  try {
    bytes = new Uint8Array(await file.arrayBuffer());
  } catch (error) {
    return refuse(`${file.name} could not be opened (${error}).`);
  }
  const parts = readable(bytes);
  if (parts === null) {
    return refuse(`${file.name} is too large to be read here, even without its outputs. Clear all outputs in Jupyter, save, and open it again.`);
  }
  try {
    const { value, fault } = await engine.call("open_notebook", [name, ...parts], LIMIT);
    if (fault === null) return value;
  } catch {
    // It took too long, or was stopped.
  }
  return refuse(`${file.name} could not be read on this page. Open it in Jupyter, save it there, and open it again.`);
}

/** @param {string} why @returns {Taken} */
function refuse(why) {
  return { answers: {}, own: [], attachments: {}, findings: [], refused: `${why} Nothing here was changed.`, other: null };
}

/**
 * What Python is given of a file: its text, or its bytes as characters where only Python can tell what is wrong.
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @returns {[string, boolean] | null} null for too much
 */
export function readable(bytes) {
  const text = notebookIn(bytes);
  if (text !== null) return text.length > MOST_READ ? null : [text, false];
  const start = characters(bytes.subarray(0, 1000)); // enough to tell a zip archive or a PDF
  if (bytes.length <= MOST_READ) return [characters(bytes), true];
  return /^\s*[{[]/.test(start) ? null : [start, true];
}

/** The text of a notebook, a large one without what a page does not take. @param {Uint8Array<ArrayBuffer>} bytes */
function notebookIn(bytes) {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    const nb = JSON.parse(text);
    return text.length <= FEW ? text : JSON.stringify(reduced(nb));
  } catch {
    return null;
  }
}

/** Leave out outputs, pictures in texts that are too many, and what other programs note. @param {any} nb */
function reduced(nb) {
  if (!Array.isArray(nb?.cells)) return nb;
  let room = MOST_PICTURES;
  const fitting = (/** @type {any} */ picture) => {
    const size = JSON.stringify(picture).length;
    if (size > room) return {};
    room -= size;
    return picture;
  };
  const { nbformat, nbformat_minor, metadata, cells } = nb;
  return {
    nbformat,
    nbformat_minor,
    metadata: { kernelspec: metadata?.kernelspec },
    cells: cells.map((/** @type {any} */ cell) => {
      if (!isObject(cell)) return cell;
      const kept = { ...cell };
      if (isObject(cell.metadata)) kept.metadata = { nbgrader: cell.metadata.nbgrader, tags: cell.metadata.tags };
      if (Array.isArray(cell.outputs)) kept.outputs = [];
      if (isObject(cell.attachments)) kept.attachments = Object.fromEntries(Object.entries(cell.attachments).map(([each, picture]) => [each, fitting(picture)]));
      return kept;
    }),
  };
}

/** @param {any} value */
function isObject(value) {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

/** @param {Uint8Array} bytes */
function characters(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length; at += 32768) text += String.fromCharCode(...bytes.subarray(at, at + 32768));
  return text;
}
