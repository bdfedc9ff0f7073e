function initialize({ model }) {
  if (globalThis.scalingPlotly) return;
  const source = new Blob([model.get("bundle")], { type: "text/javascript" });
  globalThis.scalingPlotly = import(URL.createObjectURL(source));
}

export default { initialize };
