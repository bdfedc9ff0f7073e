// Every picture uses the one copy of plotly that the page has loaded.

async function plotly() {
  for (let turn = 0; !globalThis.scalingPlotly; turn++) {
    if (turn === 3000) throw new Error("The picture could not load. Run its cell again.");
    await new Promise((again) => setTimeout(again, 20));
  }
  return (await globalThis.scalingPlotly).default;
}

// This wraps the model so that listeners can be removed. A plotly view leaves its listeners behind
// when it is removed; they then fail on missing elements, and later views are not notified.
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

// Change some parts of the picture on the page, by path, without a word to the kernel.
function change(el, parts) {
  const style = {};
  const layout = { _doNotReportToPy: true };
  const traces = [...new Set(Object.keys(parts).filter((path) => path.startsWith("data.")).map((path) => Number(path.split(".")[1])))];
  for (const [path, value] of Object.entries(parts)) {
    const [kind, ...rest] = path.split(".");
    if (kind === "layout") layout[rest.join(".")] = value;
    else {
      const values = (style[rest.slice(1).join(".")] ??= new Array(traces.length));
      values[traces.indexOf(Number(rest[0]))] = value;
    }
  }
  style._doNotReportToPy = true;
  globalThis.Plotly.update(el, style, layout, traces);
}

// Only render waits for plotly, so that a picture is initialised within the two seconds that
// anywidget allows; a slow machine needs that long for plotly alone. Each view initialises plotly for
// itself, because what was set up for another view is removed together with it.
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
  // The kernel answers "drawn" with whatever changed before there was a view.
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
  el.addEventListener("scaling-frame", ({ detail }) => change(el, detail), { signal });
  model.send({ event: "drawn" });
  return () => clear();
}

export default { render };
