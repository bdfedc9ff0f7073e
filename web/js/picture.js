// The live picture: plotly, loaded with the first one.

import { redraw } from "./widgets/redraw.js";

const REST = 2000; // milliseconds without a change, after which plotly draws everything once

/** @type {Promise<any> | undefined} */
let plotly;

export function loadPlotly() {
  plotly ??= new Promise((yes, no) => {
    const script = document.createElement("script");
    script.src = new URL("./plotly.min.js", import.meta.url).href;
    script.onload = () => yes(/** @type {any} */ (globalThis).Plotly);
    script.onerror = () => no(new Error("plotly cannot be loaded"));
    document.head.append(script);
  });
  return plotly;
}

/** @type {WeakMap<HTMLElement, any>} timers of pictures that have changed */
const resting = new WeakMap();

/** @type {WeakMap<HTMLElement, {look: string, read: any}>} template and config as they were read last */
const looks = new WeakMap();

/** What a picture is drawn with, the same object as long as it says the same. @param {import("./native.js").View} view */
function lookOf({ element, state }) {
  let kept = looks.get(element);
  if (kept?.look !== state.look) looks.set(element, (kept = { look: state.look, read: JSON.parse(state.look) }));
  return /** @type {any} */ (kept).read;
}

/** Draw a figure, or change the one that is there. @param {import("./native.js").View} view @param {import("./native.js").Send} send */
export async function drawPicture(view, send) {
  const { element } = view;
  const wanted = view.state.figure;
  const { template, config } = lookOf(view);
  const read = () => {
    const figure = JSON.parse(wanted);
    Object.assign(figure.layout, { template, autosize: true });
    return figure;
  };
  const figure = read();
  element.style.minHeight = `${figure.layout.height ?? 450}px`; // plotly's own
  const Plotly = await loadPlotly();
  if (view.state.figure !== wanted || lookOf(view).template !== template) return; // A newer one has come meanwhile.
  const isFirst = !element.classList.contains("js-plotly-plot");
  await redraw(Plotly, element, figure, config);
  // What plotly keeps for zooming then knows of everything that was drawn without it.
  const settle = () => {
    if (view.state.figure !== wanted || !element.isConnected) return;
    void redraw(Plotly, element, read(), config, true);
  };
  clearTimeout(resting.get(element));
  if (!isFirst) resting.set(element, setTimeout(settle, REST));
  element.dispatchEvent(new CustomEvent("scaling-drawn", { bubbles: true }));
  if (!isFirst) return;
  element.addEventListener("scaling-frame", (event) => showFrame(Plotly, view, /** @type {CustomEvent} */ (event).detail));
  const sized = new ResizeObserver(() => {
    const named = /** @type {HTMLElement | null} */ (element.closest("[data-picture]"));
    if (named) element.setAttribute("aria-label", named.dataset.picture ?? "");
  });
  sized.observe(element);
  element.setAttribute("role", "img");
  /** @type {any} */ (element).on("plotly_click", (/** @type {any} */ event) => {
    const [point] = event.points;
    send(view.id, { message: { trace: point.curveNumber, points: [point.pointIndex ?? point.pointNumber] } });
  });
}

/** @type {WeakMap<HTMLElement, {from: string, figure: any, isBusy: boolean, isDue: boolean}>} what a run has made of a figure */
const playing = new WeakMap();

/** Change some parts of a picture, by path, while it plays. @param {any} Plotly @param {import("./native.js").View} view @param {Record<string, any>} parts */
async function showFrame(Plotly, view, parts) {
  const { element, state } = view;
  clearTimeout(resting.get(element));
  let run = playing.get(element);
  if (!run || run.from !== state.figure) {
    run = { from: state.figure, figure: JSON.parse(state.figure), isBusy: false, isDue: false };
    playing.set(element, run);
  }
  for (const [path, value] of Object.entries(parts)) {
    const steps = path.split(".");
    const name = /** @type {string} */ (steps.pop());
    const place = steps.reduce((part, step) => (part[step] ??= {}), run.figure);
    if (value === null) delete place[name];
    else place[name] = value;
  }
  run.isDue = true;
  if (run.isBusy) return;
  run.isBusy = true;
  while (run.isDue && run.from === state.figure) {
    run.isDue = false;
    const figure = structuredClone(run.figure); // plotly changes its own
    const { template, config } = lookOf(view);
    Object.assign(figure.layout, { template, autosize: true });
    await redraw(Plotly, element, figure, config);
  }
  run.isBusy = false;
}
