// What a cell shows, as nbformat has it, made into elements: tables, pictures, text, errors.

import DOMPurify from "dompurify";
import { Marked } from "marked";
import { make } from "./native.js";
import { drawPicture } from "./picture.js";

/** @typedef {Record<string, any>} Output  of nbformat: stream, display_data, execute_result or error */

const FOLDED = 40; // lines of text, above which only the first and last are shown
const FIRST = 25; // lines before the fold
const LAST = 5; // lines after it
// No style of an output reaches beyond it, and nothing in it can be sent or clicked as if it were ours.
const CLEAN = {
  USE_PROFILES: { html: true, svg: true, mathMl: true },
  FORBID_TAGS: ["style", "form", "input", "button", "select", "textarea", "option", "dialog"],
  SANITIZE_NAMED_PROPS: true,
};

/** What is shown of each output. @type {WeakMap<Output, HTMLElement>} */
const shown = new WeakMap();

/**
 * Show outputs in an element, in the place of what is there. An output that is there already stays as
 * it is, so that a picture does not flicker when printed text follows it.
 * @param {HTMLElement} place @param {Output[]} outputs
 * @param {string} label what the cell is called, as "Question 2"
 */
export function show(place, outputs, label) {
  const elements = joined(outputs).map((output) => {
    const drawn = shown.get(output) ?? element(output, label);
    shown.set(output, drawn);
    return drawn;
  });
  if (elements.some((one, at) => place.children[at] !== one) || elements.length !== place.childElementCount) place.replaceChildren(...elements);
  place.hidden = !place.childElementCount;
}

/** What outputs say in plain text: of a check, its verdict. @param {Output[]} outputs */
export function plain(outputs) {
  return joined(outputs)
    .map((output) => {
      if (output.output_type === "stream") return text(output.text);
      if (output.output_type === "error") return isShort(output) ? lines(output).join("\n") : (lines(output).at(-1) ?? "");
      return text(output.data["text/plain"] ?? "");
    })
    .join("\n")
    .trim();
}

/** Whether an error is no more than its message, as that of a check is. @param {Output} output */
export const isShort = (output) => output.output_type !== "error" || (output.traceback ?? []).length < 2;

/** HTML without anything that runs, or that could be taken for a part of the page. @param {string} html */
export function clean(html) {
  return DOMPurify.sanitize(html, { ...CLEAN, RETURN_DOM_FRAGMENT: true });
}

/** @param {string} source @param {import("./drafts.js").Attachments} [attachments] pictures that were pasted into it */
export function fromMarkdown(source, attachments = {}) {
  const place = make("div", { className: "scaling-markdown" });
  const put = (/** @type {any} */ token) => {
    if (token.type === "image") token.href = pasted(token.href, attachments) ?? token.href;
  };
  const markdown = new Marked({ gfm: true, walkTokens: put });
  place.append(clean(/** @type {string} */ (markdown.parse(source, { async: false }))));
  return place;
}

/** The address of a picture that was pasted into a text; none where the picture is elsewhere. @param {string} href @param {import("./drafts.js").Attachments} attachments */
export function pasted(href, attachments) {
  const name = /^attachment:(.*)$/s.exec(href)?.[1];
  if (name === undefined) return undefined;
  const bundle = attachments[name] ?? attachments[decoded(name)] ?? {};
  return Object.entries(bundle).map(([kind, data]) => `data:${kind};base64,${data.replaceAll(/\s/g, "")}`)[0] ?? "";
}

/** @param {string} name as it stands in an address */
function decoded(name) {
  try {
    return decodeURIComponent(name);
  } catch {
    return name; // It has a percent sign of its own.
  }
}

/** @param {string | string[] | undefined} found nbformat has a text, or a list of its lines */
const text = (found) => (Array.isArray(found) ? found.join("") : `${found ?? ""}`);

/** Printed text that follows printed text is one. @param {Output[]} outputs @returns {Output[]} */
function joined(outputs) {
  /** @type {Output[]} */
  const all = [];
  for (const output of outputs) {
    const last = all.at(-1);
    if (output.output_type === "stream" && last?.output_type === "stream" && last.name === output.name) {
      all[all.length - 1] = { ...last, text: text(last.text) + text(output.text) };
    } else all.push(output);
  }
  return all;
}

/** @param {Output} output @param {string} label @returns {HTMLElement} */
function element(output, label) {
  if (output.output_type === "stream") return printed(text(output.text), output.name === "stderr" ? "scaling-stderr" : "");
  if (output.output_type === "error") return printed(lines(output).join("\n"), "scaling-error");
  const data = output.data ?? {};
  for (const [kind, draw] of KINDS) if (data[kind] !== undefined) return draw(data[kind], label, data);
  return printed(text(data["text/plain"]), "");
}

/** The lines of an error as a notebook shows them. @param {Output} output @returns {string[]} */
function lines(output) {
  const all = (output.traceback ?? []).flatMap((/** @type {string} */ one) => uncoloured(one).split("\n"));
  const found = all.filter((/** @type {string} */ line) => !/^-{20,}$/.test(line)); // a rule, which would break on a phone
  return found.some(Boolean) ? found : [[output.ename, output.evalue].filter(Boolean).join(": ")];
}

/** @param {string} said */
const uncoloured = (said) => said.replaceAll(/\u001b\[[0-9;?]*[ -/]*[@-~]/g, "");

/** The line as it was left: a carriage return begins it anew. @param {string} line */
const overwritten = (line) => line.replace(/\r+$/, "").split("\r").at(-1) ?? "";

/** @param {string} said @param {string} className @returns {HTMLElement} */
function printed(said, className) {
  const all = uncoloured(said).replace(/\n$/, "").split("\n").map(overwritten);
  const part = (/** @type {string[]} */ some) => make("pre", { className: `scaling-printed ${className}`.trim(), textContent: some.join("\n"), tabIndex: 0 });
  if (all.length <= FOLDED) return part(all);
  const fold = make("details");
  const between = all.slice(FIRST, -LAST);
  fold.append(make("summary", { textContent: `${between.length.toLocaleString("en")} more lines` }), part(between));
  const place = make("div");
  place.append(part(all.slice(0, FIRST)), fold, part(all.slice(-LAST)));
  return place;
}

/** @type {[string, (content: any, label: string, data: Record<string, any>) => HTMLElement][]} from the richest on */
const KINDS = [
  ["application/vnd.plotly.v1+json", figure],
  ["text/html", html],
  ["text/markdown", (content) => fromMarkdown(text(content))],
  ["image/svg+xml", (content, label, data) => picture(`data:image/svg+xml;utf8,${encodeURIComponent(text(content))}`, label, data)],
  ["image/png", (content, label, data) => picture(`data:image/png;base64,${text(content).trim()}`, label, data)],
  ["image/jpeg", (content, label, data) => picture(`data:image/jpeg;base64,${text(content).trim()}`, label, data)],
];

/** @param {string | string[]} content @param {string} label */
function html(content, label) {
  const place = make("div", { className: "scaling-html" });
  place.append(clean(text(content)));
  for (const table of place.querySelectorAll("table")) scrolled(table, label);
  return place;
}

/** A table that is wider than the page scrolls in its own box, by arrow keys too. @param {Element} table @param {string} label */
function scrolled(table, label) {
  if (table.parentElement?.closest("table, .scaling-scroll")) return;
  table.removeAttribute("border");
  const box = make("div", { className: "scaling-scroll", tabIndex: 0 });
  box.setAttribute("role", "region");
  box.setAttribute("aria-label", `${label}: table`);
  table.replaceWith(box);
  box.append(table);
}

/** @param {string} src @param {string} label @param {Record<string, any>} data */
function picture(src, label, data) {
  // A figure's own text is its address in memory, which says nothing.
  const said = text(data["text/plain"]);
  return make("img", { className: "scaling-image", src, alt: /^<.*>$/.test(said) || !said ? `${label}: picture` : said });
}

/** @param {any} content @param {string} label @param {Record<string, any>} data @returns {HTMLElement} */
function figure(content, label, data) {
  const place = make("div", { className: "scaling-picture" });
  const named = make("div");
  named.dataset.picture = `${label}: picture`;
  const drawn = make("div");
  named.append(drawn);
  place.append(named);
  const { config = {}, ...rest } = typeof content === "string" ? JSON.parse(content) : content;
  rest.layout ??= {};
  const state = { figure: JSON.stringify({ figure: rest, config }) };
  const view = { id: "", kind: "Picture", state, element: drawn, update() {}, message() {} };
  drawPicture(view, () => {}).catch(() => {
    place.replaceChildren(printed(text(data["text/plain"]) || "This picture cannot be drawn here.", ""));
  });
  return place;
}
