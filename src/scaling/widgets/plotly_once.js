function initialize({ model }) {
  if (globalThis.scalingPlotly) return;
  const source = URL.createObjectURL(new Blob([model.get("bundle")], { type: "text/javascript" }));
  // A cell that shows a figure by plotly itself may put another version in this place later.
  globalThis.scalingPlotly = import(source).then(() => globalThis.Plotly);
}

export default { initialize };
