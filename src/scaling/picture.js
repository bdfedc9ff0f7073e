// A picture's own JavaScript: no more than a pointer to the plotly that the page has loaded once.

async function plotly() {
  for (let turn = 0; !globalThis.scalingPlotly; turn++) {
    if (turn === 3000) throw new Error("The picture could not load. Run its cell again.");
    await new Promise((again) => setTimeout(again, 20));
  }
  const shared = (await globalThis.scalingPlotly).default;
  return typeof shared === "function" ? shared() : shared;
}

// All of it waits for plotly in render, and nothing earlier: anywidget gives up for good on a widget
// that is not initialised within two seconds, which a slow machine needs for plotly alone. A second
// view may come while the first still waits, and both must wait for the same beginning.
export default () => {
  let ready = null;
  const begin = async (context) => {
    const widget = await plotly();
    await widget.initialize?.(context);
    context.model.send({ event: "drawn" }); // the kernel answers with the state as it is by now
    return widget;
  };
  return {
    async render(context) {
      ready ??= begin(context).catch((error) => {
        ready = null; // the next view tries again
        throw error;
      });
      return (await ready).render(context);
    },
  };
};
