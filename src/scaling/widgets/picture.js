// A picture's own JavaScript: no more than a pointer to the plotly that the page has loaded once.

async function plotly() {
  for (let turn = 0; !globalThis.scalingPlotly; turn++) {
    if (turn === 3000) throw new Error("The picture could not load. Run its cell again.");
    await new Promise((again) => setTimeout(again, 20));
  }
  return (await globalThis.scalingPlotly).default;
}

// The model, with listeners that can be told to go. A view of plotly's leaves its own behind when it
// is removed; they then fail at what is no longer there, and the views after them hear nothing.
function heard(model) {
  const listening = [];
  return {
    get: (name) => model.get(name),
    set: (name, value) => model.set(name, value),
    save_changes: () => model.save_changes(),
    on(name, act) {
      listening.push([name, act]);
      model.on(name, act);
    },
    stop: () => listening.forEach(([name, act]) => model.off(name, act)),
  };
}

// All of it waits for plotly in render, and nothing earlier: anywidget gives up for good on a widget
// that is not initialised within two seconds, which a slow machine needs for plotly alone. Each view
// begins by itself, since what was begun for another ends with that one.
async function render({ model, el, signal }) {
  const shared = await plotly();
  if (signal.aborted) return;
  let clear = () => {};
  const draw = () => {
    clear();
    const own = heard(model);
    const widget = shared();
    widget.initialize({ model: own });
    const remove = widget.render({ model: own, el });
    clear = () => {
      own.stop();
      remove();
    };
  };
  // What changed while no view was there to take it up comes as the kernel's answer to "drawn".
  let isDue = false;
  model.on("change:_widget_data change:_widget_layout", () => {
    if (isDue) return;
    isDue = true;
    queueMicrotask(() => {
      isDue = false;
      if (!signal.aborted) draw();
    });
  });
  draw();
  model.send({ event: "drawn" });
  return () => clear();
}

export default { render };
