// The live picture in JupyterLab. Behind redraw.js, with which it is sent: `redraw` is from there.

const KNOWN = "4.1.1"; // the plotly of which redraw.js knows the inside; any other draws all, at each step
const REST = 2000; // milliseconds without a change
const RANGE = /^([xy]axis\d*)\.(range|autorange)/;

// Every picture uses the one copy of plotly that the page has loaded.
async function plotly() {
  for (let turn = 0; !globalThis.scalingPlotly; turn++) {
    if (turn === 3000) throw new Error("The picture could not load. Run its cell again.");
    await new Promise((again) => setTimeout(again, 20));
  }
  return globalThis.scalingPlotly;
}

// Only render waits for plotly, so that a picture is initialised within the two seconds that anywidget
// allows; a slow machine needs that long for plotly alone.
async function render({ model, el, signal }) {
  const Plotly = await plotly();
  // Plotly gives a picture that is not on the page a size of its own.
  while (!el.isConnected && !signal.aborted) await new Promise(requestAnimationFrame);
  if (signal.aborted) return;

  let look = ""; // as it was read last
  let template, config;
  let parts = {}; // what a run that plays has changed, by path
  let asked = {}; // by axis, the range that it has where nobody zooms
  const zoomed = new Set(); // axes

  const figure = () => {
    const { data, layout } = JSON.parse(model.get("figure"));
    for (const [path, value] of Object.entries(parts)) put({ data, layout }, path.split("."), value);
    if (look !== model.get("look")) {
      look = model.get("look");
      ({ template, config } = JSON.parse(look));
    }
    const axes = Object.keys(layout).filter((name) => /^[xy]axis/.test(name));
    asked = Object.fromEntries(axes.map((name) => [name, layout[name].range?.slice()])); // plotly changes its own
    for (const name of zoomed) if (layout[name]?.range) layout[name].range = [...el._fullLayout[name].range];
    // Plotly leaves an axis without a range alone where it is zoomed.
    Object.assign(layout, { template, autosize: true, uirevision: "kept" });
    return { data, layout };
  };
  const put = (part, steps, value) => {
    const name = steps.pop();
    const inside = steps.reduce((found, step) => (found[step] ??= {}), part);
    if (value === null) delete inside[name];
    else inside[name] = value;
  };

  let isDrawing = false;
  let isDue = false;
  let isRough = false; // parts were drawn without plotly's knowledge
  let rest;
  // What has changed meanwhile is drawn next; of several figures only the newest.
  const draw = async (isWhole = false) => {
    clearTimeout(rest);
    isDue = true;
    if (isDrawing) return;
    isDrawing = true;
    try {
      while (isDue && !signal.aborted) {
        isDue = false;
        await redraw(Plotly, el, figure(), config, isWhole || Plotly.version !== KNOWN);
        // To here leads a double click, whatever the range was when the picture was drawn first.
        for (const [name, range] of Object.entries(asked)) {
          const axis = el._fullLayout[name];
          if (axis && range) [axis._rangeInitial0, axis._rangeInitial1] = range;
        }
      }
    } finally {
      isDrawing = false;
    }
    isRough ||= !isWhole;
    if (el.matches(":hover")) rest = setTimeout(complete, REST);
  };
  // What plotly keeps for hovering and zooming then knows of everything that was drawn without it. A
  // pointer needs that, and no press of a key should have to wait for it.
  const complete = () => {
    if (!isRough || signal.aborted) return;
    isRough = false;
    void draw(true);
  };
  const follow = () => {
    parts = {};
    void draw();
  };
  model.on("change:figure change:look", follow);
  signal.addEventListener("abort", () => {
    clearTimeout(rest);
    model.off("change:figure change:look", follow);
    Plotly.purge(el);
  });
  el.addEventListener("scaling-frame", ({ detail }) => {
    Object.assign(parts, detail);
    void draw();
  }, { signal });
  await draw(true);
  if (signal.aborted) return;
  el.addEventListener("pointerenter", complete, { signal });
  el.on("plotly_click", ({ points: [point] }) => {
    model.send({ trace: point.curveNumber, points: [point.pointIndex ?? point.pointNumber] });
  });
  el.on("plotly_relayout", (changes) => {
    for (const path of Object.keys(changes)) {
      const [, name] = RANGE.exec(path) ?? [];
      const axis = el._fullLayout[name];
      if (!axis) continue;
      const isAsked = asked[name] ? asked[name].every((end, place) => end === axis.range[place]) : axis.autorange;
      if (isAsked) zoomed.delete(name);
      else zoomed.add(name);
    }
  });
}

export default { render };
