// A picture's own JavaScript: no more than a pointer to the plotly that the page has loaded once.

async function plotly() {
  while (!globalThis.scalingPlotly) await new Promise((again) => setTimeout(again, 20));
  return (await globalThis.scalingPlotly).default;
}

export default async () => {
  const widget = await plotly();
  return typeof widget === "function" ? widget() : widget;
};
