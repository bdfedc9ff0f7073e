// The widgets of the course's pages as native elements: what ipywidgets does in JupyterLab.

import { drawPicture } from "./picture.js";

/**
 * @typedef {object} View
 * @property {string} id
 * @property {string} kind
 * @property {Record<string, any>} state
 * @property {HTMLElement} element
 * @property {(names: string[]) => void} update
 * @property {(content: any) => void} message
 */
/** @typedef {(id: string, event: {set?: Record<string, any>, message?: any}) => void} Send */

/** @type {Map<string, View>} */
export const views = new Map();

/** @template {keyof HTMLElementTagNameMap} T @param {T} tag @param {Record<string, any>} [properties] @returns {HTMLElementTagNameMap[T]} */
export function make(tag, properties = {}) {
  return Object.assign(document.createElement(tag), properties);
}

/** Show what the worker tells. @param {import("./engine.js").Answer} answer @param {Send} send */
export function apply(answer, send) {
  for (const [id, { kind, state }] of Object.entries(answer.new)) {
    const element = make("div");
    const view = { id, kind, state, element, update() {}, message() {} };
    views.set(id, view);
    build(view, send);
    dress(view);
  }
  for (const [id, changes] of Object.entries(answer.changes)) {
    const view = views.get(id);
    if (!view) continue;
    Object.assign(view.state, changes);
    if ("classes" in changes || "layout" in changes) dress(view);
    view.update(Object.keys(changes));
  }
  for (const [id, content] of answer.messages) {
    const view = views.get(id);
    if (content.do === "focus") view?.element.focus();
    else view?.message(content);
  }
}

/** @param {View} view */
function dress({ element, state, kind }) {
  const own = element.dataset.own ?? "";
  element.className = [own, ...state.classes].join(" ").trim();
  if (kind !== "Picture") element.style.cssText = Object.entries(state.layout).map(([name, value]) => `${name}:${value}`).join(";");
  // These boxes are laid out as ipywidgets' boxes are.
  if (kind === "Box" && !state.layout.display) element.style.display = state.layout["flex-flow"] ? "flex" : "";
}

const builders = /** @type {Record<string, (view: View, send: Send) => void>} */ ({
  Box: box, VBox: box, HTML: html, Button: button, FloatSlider: slider, IntSlider: slider,
  BoundedIntText: whole, Dropdown: dropdown, RadioButtons: radios, Textarea: textarea, Picture: picture, "screen.js": words,
});

/** @param {View} view @param {Send} send */
function build(view, send) {
  (builders[view.kind] ?? foreign)(view, send);
}

/** @param {string} kind @returns {Promise<any>} */
const scriptOf = (kind) => import(`./widgets/${kind}`);

/** Fetch the scripts of new parts, so that a page that is shown then is whole and keeps still. @param {import("./engine.js").Answer} answer */
export async function fetchScripts(answer) {
  const kinds = new Set(Object.values(answer.new).map(({ kind }) => kind));
  await Promise.all([...kinds].filter((kind) => !(kind in builders)).map(scriptOf));
}

/** @param {View} view */
function box(view) {
  const { element, state } = view;
  view.update = () => {
    const wanted = state.children.map((/** @type {string} */ id) => /** @type {View} */ (views.get(id)).element);
    // Elements that stay are left alone, so that the focus is not lost.
    for (const child of [...element.children]) if (!wanted.includes(child)) child.remove();
    wanted.forEach((/** @type {HTMLElement} */ child, /** @type {number} */ place) => {
      if (element.children[place] !== child) element.insertBefore(child, element.children[place] ?? null);
    });
  };
  view.update([]);
}

/** @param {View} view */
function html(view) {
  view.element.dataset.own = "widget-html-content";
  view.update = () => {
    view.element.innerHTML = view.state.value; // made by markupsafe, which escapes what is not ours
  };
  view.update([]);
}

/** @param {View} view @param {Send} send */
function button(view, send) {
  const node = make("button", { type: "button" });
  view.element = node;
  node.addEventListener("click", () => send(view.id, { message: { event: "click" } }));
  view.update = () => {
    const { description, disabled, tooltip, button_style: style } = view.state;
    node.textContent = description;
    node.disabled = disabled;
    node.title = tooltip ?? "";
    node.dataset.own = style === "primary" ? "scaling-primary" : "";
    dress(view);
  };
  view.update([]);
}

/** A slider's value for people. @param {number} value @param {string} format such as ".1f" or "d" */
export function readout(value, format) {
  const digits = Number(/\.(\d+)f/.exec(format)?.[1] ?? 0);
  return value.toFixed(digits).replace("-", "\u2212");
}

/** @param {View} view @param {Send} send */
function slider(view, send) {
  const node = make("input", { type: "range" });
  const shown = make("output");
  shown.setAttribute("aria-hidden", "true"); // The slider says its value itself.
  view.element.dataset.own = "scaling-slider";
  view.element.append(node, shown);
  const tell = () => {
    shown.value = readout(node.valueAsNumber, view.state.readout_format);
    node.setAttribute("aria-valuetext", shown.value);
  };
  node.addEventListener("input", () => {
    tell();
    view.state.value = node.valueAsNumber;
    send(view.id, { set: { value: node.valueAsNumber } });
  });
  view.update = (names) => {
    const { min, max, step, value } = view.state;
    Object.assign(node, { min, max, step });
    if (names.length === 0 || names.includes("value")) node.value = value;
    tell();
  };
  view.update([]);
}

/** @param {View} view @param {Send} send */
function whole(view, send) {
  const node = make("input", { type: "number" });
  view.element.append(node);
  node.addEventListener("change", () => send(view.id, { set: { value: Math.round(node.valueAsNumber || 0) } }));
  view.update = () => Object.assign(node, { min: view.state.min, max: view.state.max, value: view.state.value });
  view.update([]);
}

/** @param {View} view @param {Send} send */
function dropdown(view, send) {
  const node = make("select");
  view.element.append(node);
  node.addEventListener("change", () => {
    view.state.index = node.selectedIndex;
    send(view.id, { set: { index: node.selectedIndex } });
  });
  view.update = () => {
    const labels = view.state.labels;
    if (labels.join("\n") !== [...node.options].map((one) => one.text).join("\n")) {
      node.replaceChildren(...labels.map((/** @type {string} */ text) => new Option(text)));
    }
    node.selectedIndex = view.state.index ?? -1;
    node.disabled = view.state.disabled;
  };
  view.update([]);
}

/** @param {View} view @param {Send} send */
function radios(view, send) {
  const { element, id } = view;
  element.dataset.own = "scaling-radios";
  element.setAttribute("role", "radiogroup");
  const nodes = view.state.labels.map((/** @type {string} */ text, /** @type {number} */ place) => {
    const node = make("input", { type: "radio", name: id });
    node.addEventListener("change", () => {
      view.state.index = place;
      send(id, { set: { index: place } });
    });
    const label = make("label");
    label.append(node, text);
    element.append(label);
    return node;
  });
  view.update = () => {
    nodes.forEach((/** @type {HTMLInputElement} */ node, /** @type {number} */ place) => {
      node.checked = place === view.state.index;
    });
  };
  view.update([]);
}

/** @param {View} view @param {Send} send */
function textarea(view, send) {
  const node = make("textarea", { spellcheck: false });
  view.element.append(node);
  node.addEventListener("change", () => {
    view.state.value = node.value;
    send(view.id, { set: { value: node.value } });
  });
  view.update = () => {
    Object.assign(node, { placeholder: view.state.placeholder, rows: view.state.rows });
    if (node.value !== view.state.value) node.value = view.state.value;
  };
  view.update([]);
}

/** @param {View} view @param {Send} send */
function picture(view, send) {
  view.update = () => drawPicture(view, send);
  view.update([]);
}

// ---------------------------------------------------------------- words, table, names

export const NARROW = 560; // pixels below which panels are stacked, as in stacking.py

export const isDark = () => {
  const chosen = document.body.dataset.theme;
  return chosen === "dark" || (chosen !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
};

/** @param {View} view @param {Send} send */
function words(view, send) {
  const { element, state } = view;
  const line = make("p", { className: "scaling-words" });
  line.setAttribute("role", "status");
  line.setAttribute("aria-live", "polite");
  line.setAttribute("aria-atomic", "true");
  const details = make("details", { className: "scaling-table" });
  const more = make("p");
  const table = make("div", { tabIndex: 0 }); // a long one scrolls, by arrow keys too
  table.setAttribute("role", "region");
  table.setAttribute("aria-label", state.parts.table);
  details.append(make("summary", { textContent: state.parts.all }), more, table);
  element.append(line, details);
  const frame = () => /** @type {HTMLElement | null} */ (element.closest(".scaling-explorable"));
  const name = () => {
    const root = frame();
    if (!root) return;
    root.setAttribute("role", "group");
    root.setAttribute("aria-label", state.title);
    root.dataset.picture = state.parts.picture;
    const question = root.querySelector(".scaling-question");
    question?.setAttribute("role", "group");
    question?.setAttribute("aria-label", state.parts.question);
    for (const [place, label] of Object.entries(state.names)) {
      const one = `.${place}[role=radiogroup], .${place} :is(input:not([type=radio]), select, textarea)`;
      for (const part of root.querySelectorAll(one)) {
        part.setAttribute("aria-label", String(label));
      }
    }
  };
  view.update = (names) => {
    if (line.textContent !== state.words) line.textContent = state.words;
    line.classList.toggle("scaling-trouble", state.trouble);
    more.textContent = state.more;
    element.hidden = !state.revealed;
    if (names.length === 0 || names.includes("table")) {
      table.innerHTML = state.table; // made by pandas from the model's own figures, escaped
      details.hidden = state.table === "";
    }
    name();
    if (state.revealed) openWhatFollows(element);
  };
  view.update([]);

  const look = () => {
    const root = frame();
    if (!root?.isConnected || root.clientWidth === 0) return;
    const now = { dark: isDark(), narrow: root.clientWidth < NARROW };
    if (now.dark === state.dark && now.narrow === state.narrow) return;
    Object.assign(state, now);
    send(view.id, { set: now });
  };
  const sized = new ResizeObserver(() => {
    name();
    look();
  });
  sized.observe(element);
  new MutationObserver(look).observe(document.body, { attributeFilter: ["data-theme"] });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", look);
}

/** What the lesson says of the outcome is folded until then. @param {Element} element */
export function openWhatFollows(element) {
  const stops = [...document.querySelectorAll("scaling-live, h2, details.scaling-after")];
  const start = element.closest("scaling-live");
  for (const stop of stops.slice(stops.indexOf(/** @type {any} */ (start)) + 1)) {
    if (!(stop instanceof HTMLDetailsElement)) return;
    stop.open = true;
  }
}

// ---------------------------------------------------------------- parts with JavaScript of their own

/** @param {View} view @param {Send} send */
function foreign(view, send) {
  const { element, state, id } = view;
  /** @type {[string[], (content?: any) => void][]} */
  const listeners = [];
  /** @type {Record<string, any>} */
  let changed = {};
  // A model as anywidget has it, so that the file that JupyterLab runs is the file that runs here.
  const model = {
    get: (/** @type {string} */ name) => state[name],
    set: (/** @type {string} */ name, /** @type {any} */ value) => {
      state[name] = changed[name] = value;
    },
    save_changes: () => {
      send(id, { set: changed });
      changed = {};
    },
    send: (/** @type {any} */ content) => send(id, { message: content }),
    on: (/** @type {string} */ events, /** @type {any} */ act) => listeners.push([events.split(" "), act]),
    off: () => {},
  };
  view.update = (names) => {
    const events = names.map((name) => `change:${name}`);
    for (const [heard, act] of listeners) if (heard.some((one) => events.includes(one))) act();
  };
  view.message = (content) => {
    for (const [heard, act] of listeners) if (heard.includes("msg:custom")) act(content);
  };
  scriptOf(view.kind).then((module) =>
    module.default.render({ model, el: element, signal: new AbortController().signal }),
  );
}
