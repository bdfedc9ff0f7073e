// The live picture: plotly, loaded with the first one.

import { redraw } from "./redraw.js";

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

/** Draw a figure, or change the one that is there. @param {import("./native.js").View} view @param {import("./native.js").Send} send */
export async function drawPicture(view, send) {
  const { element } = view;
  const wanted = view.state.figure;
  const { figure, config } = JSON.parse(wanted);
  element.style.minHeight = `${figure.layout.height ?? 450}px`; // plotly's own
  const Plotly = await loadPlotly();
  if (view.state.figure !== wanted) return; // A newer one has come meanwhile.
  const isFirst = !element.classList.contains("js-plotly-plot");
  figure.layout.autosize = true;
  await redraw(Plotly, element, figure, config);
  // What plotly keeps for zooming then knows of everything that was drawn without it.
  const settle = () => {
    if (view.state.figure !== wanted || !element.isConnected) return;
    const { figure: whole } = JSON.parse(wanted);
    whole.layout.autosize = true;
    void redraw(Plotly, element, whole, config, true);
  };
  clearTimeout(resting.get(element));
  if (!isFirst) resting.set(element, setTimeout(settle, REST));
  element.dispatchEvent(new CustomEvent("scaling-drawn", { bubbles: true }));
  if (!isFirst) return;
  const title = () => element.closest("[role=group][aria-label]")?.getAttribute("aria-label") ?? "";
  // To ask for widths at every step would have the browser lay out the page once more.
  const sized = new ResizeObserver(() => {
    makeMovable(element.parentElement, title());
    const named = /** @type {HTMLElement | null} */ (element.closest("[data-picture]"));
    if (named) element.setAttribute("aria-label", named.dataset.picture ?? "");
  });
  sized.observe(element);
  if (element.parentElement) sized.observe(element.parentElement);
  element.setAttribute("role", "img");
  /** @type {any} */ (element).on("plotly_click", (/** @type {any} */ event) => {
    const [point] = event.points;
    send(view.id, { message: { trace: point.curveNumber, points: [point.pointIndex ?? point.pointNumber] } });
  });
}

/** A picture that is wider than its place is moved sideways, by arrow keys too. @param {HTMLElement | null} place @param {string} title */
function makeMovable(place, title) {
  if (!place) return;
  if (place.scrollWidth > place.clientWidth + 1) {
    Object.assign(place, { tabIndex: 0, role: "region", ariaLabel: `${title}, wider than the page` });
  } else {
    for (const name of ["tabindex", "role", "aria-label"]) place.removeAttribute(name);
  }
}
