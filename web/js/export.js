// A form as a page of its own: the browser draws the pictures, so that the page needs no script.

import { loadPlotly } from "./picture.js";

const WIDTH = 720; // pixels

/** Draw what is only described so far, in exported pages and in the copy that is opened. @param {import("./engine.js").Answer} answer */
export async function drawFigures(answer) {
  for (const [name, text] of Object.entries(answer.files)) {
    if (name.endsWith(".html") && text) answer.files[name] = await drawn(text);
  }
  for (const changes of Object.values(answer.changes)) {
    if (typeof changes.page === "string" && changes.page) changes.page = await drawn(changes.page);
  }
}

/** @param {string} html */
async function drawn(html) {
  if (!html.includes("data-figure=")) return html;
  const Plotly = await loadPlotly();
  const page = new DOMParser().parseFromString(html, "text/html");
  for (const place of page.querySelectorAll("[data-figure]")) {
    const figure = JSON.parse(place.getAttribute("data-figure") ?? "{}");
    const height = figure.layout.height ?? 450;
    const src = await Plotly.toImage(figure, { format: "svg", width: WIDTH, height });
    const image = Object.assign(page.createElement("img"), { src, alt: "" });
    image.setAttribute("width", "100%");
    place.replaceWith(image);
  }
  return `<!DOCTYPE html>\n${page.documentElement.outerHTML}`;
}
