// A picture that changes a little: only what differs is drawn anew.
//
// `Plotly.react` draws every trace, axis and label again as soon as one number has changed, and most
// of a slider's step goes into that. Here it is told by `datarevision` that the numbers are the same,
// so that it draws only labels, shapes and styles that differ. The traces whose numbers have changed
// are then drawn by plotly's own module for their type. This uses parts of plotly whose names begin
// with an underscore, in the one version that package.json names; tests/web/test_redraw.py compares
// the picture with that of `react` alone, for every control.

/**
 * @typedef {object} Drawn      what a picture was drawn from last
 * @property {string[]} sent    its traces as they came, written out for comparison, because plotly changes its own
 * @property {any[]} data       the same traces with arrays of numbers
 * @property {any} template     the same object as long as it says the same
 * @property {string} look      the template written out
 * @property {string} frame     the layout without what may change: labels, shapes and titles
 * @property {number} revision
 */

/** @type {WeakMap<HTMLElement, Drawn>} */
const known = new WeakMap();

/** @type {Record<string, any>} */
const ARRAYS = {
  f8: Float64Array, f4: Float32Array, i4: Int32Array, u4: Uint32Array,
  i2: Int16Array, u2: Uint16Array, i1: Int8Array, u1: Uint8Array,
};

/**
 * Draw a figure, or change the one that is there.
 * @param {any} Plotly @param {HTMLElement} element @param {any} figure @param {any} config
 * @param {boolean} [isWhole] draw all of it @returns {Promise<any>}
 */
export function redraw(Plotly, element, { data, layout }, config, isWhole = false) {
  const old = known.get(element);
  const sent = data.map((/** @type {any} */ trace) => JSON.stringify(trace));
  const changed = [...sent.keys()].filter((place) => sent[place] !== old?.sent[place]);
  const { annotations, shapes, template, ...rest } = layout;
  const look = JSON.stringify(template);
  const now = {
    sent,
    data: data.map((/** @type {any} */ trace, /** @type {number} */ place) => (changed.includes(place) ? plain(trace) : old?.data[place])),
    look,
    template: look === old?.look ? old?.template : template,
    frame: JSON.stringify(rest, (name, value) => (name === "title" ? undefined : value)),
    revision: old?.revision ?? 0,
  };
  known.set(element, now);
  const isHeld = !isWhole && old !== undefined && old.sent.length === sent.length && old.frame === now.frame
    && old.template === now.template
    && changed.every((/** @type {number} */ place) => canFollow(element, place, now.data[place], old.data[place]));
  if (!isHeld) now.revision += 1;
  const drawnBefore = /** @type {any} */ (element).calcdata;
  const done = Plotly.react(element, now.data, { ...layout, template: now.template, datarevision: now.revision }, config);
  // Where plotly has found a reason to draw everything, nothing is left to do.
  if (isHeld && /** @type {any} */ (element).calcdata === drawnBefore) {
    try {
      for (const layer of element.querySelectorAll(".infolayer, .shapelayer")) inOrder(layer);
      drawTraces(element, changed);
    } catch (error) {
      console.error(error);
      return redraw(Plotly, element, { data, layout }, config, true);
    }
  }
  return done;
}

/** Whether a trace can be drawn without its axes and its neighbours. @param {any} element @param {number} place @param {any} trace @param {any} old */
function canFollow(element, place, trace, old) {
  const full = element._fullData?.[place];
  if (full?.type !== trace.type || !["scatter", "bar"].includes(trace.type) || full.visible !== true) return false;
  // Plotly works these out for all traces together.
  const isApart = !["stackgroup", "ids"].some((name) => name in trace) && !`${trace.fill}`.startsWith("tonext")
    && ![trace.hovertemplate, trace.hoverinfo].some(Array.isArray)
    && [full.error_x, full.error_y].every((bars) => !bars?.visible || bars.type === "data");
  return isApart && ["x", "y"].every((name) => {
    const axis = element._fullLayout[full[`${name}axis`].replace(name, `${name}axis`)];
    return !axis.autorange && (!axis.type.endsWith("category") || JSON.stringify(trace[name]) === JSON.stringify(old[name]));
  });
}

/** Work out and draw some traces by plotly's own modules. @param {any} element @param {number[]} changed */
function drawTraces(element, changed) {
  const { _fullData: full, _fullLayout: layout, calcdata } = element;
  const placeOf = (/** @type {any} */ trace) => `${trace.type} ${trace.xaxis}${trace.yaxis}`;
  for (const key of new Set(changed.map((place) => placeOf(full[place])))) {
    const alike = full.filter((/** @type {any} */ trace) => placeOf(trace) === key && trace.visible === true);
    const [{ type, _module: module, xaxis, yaxis }] = alike;
    // Bars of a panel are placed together.
    const traces = type === "bar" ? alike : alike.filter((/** @type {any} */ trace) => changed.includes(trace.index));
    for (const trace of traces) {
      const points = module.calc(element, trace);
      points[0].t ??= {};
      points[0].trace = trace;
      for (const name of ["x", "y"]) addErrors(points, trace, name, layout[trace[`${name}axis`].replace(name, `${name}axis`)]);
      calcdata[trace.index] = points;
    }
    const panel = layout._plots[xaxis + yaxis];
    const layer = panel.plot.selectAll(`g.${module.layerName ?? `${type}layer`}`);
    const all = traces.map((/** @type {any} */ trace) => calcdata[trace.index]);
    if (type === "bar") {
      module.crossTraceCalc(element, panel);
      module.plot(element, panel, all, layer);
    } else {
      const before = [...layer.node().children];
      module.plot(element, panel, all, layer, { duration: 0 }); // as in an animation, where the others stay
      if (before.some((node, at) => node !== layer.node().children[at])) layer.node().append(...before);
    }
    if (type === "bar" || traces.some((/** @type {any} */ { error_x, error_y }) => error_x?.visible || error_y?.visible)) module.style(element);
  }
}

/** Give points the ends of their error bars, as plotly does for all traces at once. @param {any[]} points @param {any} trace @param {string} name @param {any} axis */
function addErrors(points, trace, name, axis) {
  const bars = trace[`error_${name}`];
  if (!bars?.visible || !["linear", "log"].includes(axis.type)) return;
  points.forEach((point, at) => {
    const [high, low] = [bars.array, bars.symmetric ? bars.array : bars.arrayminus].map((lengths) => Number(lengths?.[point.i ?? at]));
    const isKnown = [point[name], high || 0, low || 0].every(Number.isFinite) && !(Number.isNaN(high) && Number.isNaN(low));
    if (!isKnown) return;
    point[`${name}s`] = point[name] - (low || 0);
    point[`${name}h`] = point[name] + (high || 0);
  });
}

/** Put labels or shapes in the order in which plotly draws them all, which is what lies on top. @param {Element} layer */
function inOrder(layer) {
  const found = /** @type {HTMLElement[]} */ ([...layer.querySelectorAll(":scope > [data-index]")]);
  const wanted = found.toSorted((one, other) => Number(one.dataset.index) - Number(other.dataset.index));
  const last = [...layer.children].slice(-wanted.length);
  if (wanted.some((node, at) => node !== last[at])) layer.append(...wanted);
}

/** The same with arrays of numbers in place of plotly's encoded ones. @param {any} part @returns {any} */
export function plain(part) {
  if (Array.isArray(part)) return part.map(plain);
  if (part === null || typeof part !== "object") return part;
  if (!("bdata" in part)) return Object.fromEntries(Object.entries(part).map(([name, value]) => [name, plain(value)]));
  const bytes = Uint8Array.from(atob(part.bdata), (letter) => letter.charCodeAt(0));
  const numbers = Array.from(/** @type {number[]} */ (new ARRAYS[part.dtype](bytes.buffer)));
  const [rows, columns] = `${part.shape ?? ""}`.split(",").map(Number);
  if (!columns) return numbers;
  return Array.from({ length: rows }, (_, row) => numbers.slice(row * columns, (row + 1) * columns));
}
