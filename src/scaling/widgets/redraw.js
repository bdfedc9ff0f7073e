// A picture that changes a little: only what differs is drawn anew.
//
// `Plotly.react` works out every default of a figure again as soon as one number has changed, and most
// of a slider's step goes into that. Where only numbers, labels and shapes differ, they are put here
// into what plotly has worked out before, and drawn by its own modules. This uses parts of plotly
// whose names begin with an underscore, in the one version that package.json names;
// tests/web/test_redraw.py compares the picture with that of `react` alone, for every control.

/**
 * @typedef {object} Drawn        what a picture was drawn from last
 * @property {string[]} sent      its traces as they came, written out for comparison, because plotly changes its own
 * @property {any[]} data         the same traces with arrays of numbers
 * @property {string[]} annotations
 * @property {string[]} shapes
 * @property {any} frame          the rest of the layout, as it came
 * @property {any} template
 * @property {number} revision    tells plotly that numbers have changed
 */

/** @type {WeakMap<HTMLElement, Drawn>} */
const known = new WeakMap();

/** @type {Record<string, any>} */
const ARRAYS = {
  f8: Float64Array, f4: Float32Array, i4: Int32Array, u4: Uint32Array,
  i2: Int16Array, u2: Uint16Array, i1: Int8Array, u1: Uint8Array,
};
// Labels and shapes, with the list in which an axis has the numbers of its own.
const LABELS = { annotations: "_annIndices", shapes: "_shapeIndices" };
// What plotly takes from a trace unchanged, so that nothing else follows from it.
const PLAIN = new Set([
  "x", "y", "base", "customdata", "text", "hovertext", "hovertemplate", "textposition",
  "marker.color", "marker.line.color", "marker.size", "marker.symbol", "marker.opacity", "marker.standoff",
  "error_x.array", "error_x.arrayminus", "error_y.array", "error_y.arrayminus",
]);
const IN_LEGEND = /^marker/; // what a legend shows as well
const ON_AXIS = /^([xy]axis\d*)\.(ticktext|tickvals|range)$/; // what of an axis may change

/**
 * Draw a figure, or change the one that is there.
 * @param {any} Plotly @param {HTMLElement} element @param {any} figure its template is another object if it says something else
 * @param {any} config @param {boolean} [isWhole] draw all of it @returns {Promise<any>}
 */
export async function redraw(Plotly, element, { data, layout }, config, isWhole = false) {
  const old = known.get(element);
  const { annotations = [], shapes = [], template, ...frame } = layout;
  const sent = written(data);
  const changed = differing(sent, old?.sent);
  /** @type {Drawn} */
  const now = {
    sent,
    data: data.map((/** @type {any} */ trace, /** @type {number} */ place) => (changed.includes(place) ? plain(trace) : old?.data[place])),
    annotations: written(annotations),
    shapes: written(shapes),
    frame: plain(frame),
    template,
    revision: old?.revision ?? 0,
  };
  known.set(element, now);
  if (!isWhole && old && (await follow(Plotly, element, old, now, changed, { annotations, shapes }))) return;
  now.revision += 1;
  await Plotly.react(element, now.data, { ...layout, datarevision: now.revision }, config);
}

/** @param {any[]} items @returns {string[]} */
function written(items) {
  return items.map((item) => JSON.stringify(item));
}

/** The places in which lists differ. @param {string[]} now @param {string[]} [old] */
function differing(now, old = []) {
  return Array.from({ length: Math.max(now.length, old.length) }, (_, place) => place).filter((place) => now[place] !== old[place]);
}

/**
 * Draw what differs, if nothing else follows from it; return whether it is drawn.
 * @param {any} Plotly @param {any} element @param {Drawn} old @param {Drawn} now @param {number[]} changed traces
 * @param {{annotations: any[], shapes: any[]}} labels
 */
async function follow(Plotly, element, old, now, changed, labels) {
  const layout = element._fullLayout;
  if (!layout || old.sent.length !== now.sent.length || old.template !== now.template) return false;
  const onAxes = [...differences(old.frame, now.frame)];
  if (!onAxes.every((path) => canMove(layout, path, old.frame, now.frame))) return false;
  const names = /** @type {(keyof typeof LABELS)[]} */ (["annotations", "shapes"]).filter((name) => differing(now[name], old[name]).length);
  // A label may widen such an axis.
  if (names.length && axesOf(layout).some((axis) => axis.autorange)) return false;
  const paths = changed.map((place) => [...differences(old.data[place], now.data[place])]);
  if (!changed.every((place, at) => canFollow(element, place, now.data[place], old.data[place], paths[at] ?? []))) return false;
  try {
    changed.forEach((place, at) => put(element, place, now.data[place], paths[at] ?? []));
    const traces = calculate(element, changed);
    for (const name of names) putLabels(element, componentsOf(Plotly)[name], name, labels[name], differing(now[name], old[name]));
    if (onAxes.length) await moveAxes(Plotly, element, onAxes, now.frame);
    else {
      drawTraces(element, traces);
      for (const name of names) for (const place of differing(now[name], old[name])) componentsOf(Plotly)[name].drawOne(element, place);
      for (const layer of names.length ? element.querySelectorAll(".infolayer, .shapelayer") : []) inOrder(layer);
    }
    if (layout.showlegend && paths.flat().some((path) => IN_LEGEND.test(path))) componentsOf(Plotly).legend.draw(element);
    return true;
  } catch (error) {
    console.error(error); // Then it is drawn whole.
    return false;
  }
}

/** Whether what differs of the layout is the range or the ticks of an axis that is not zoomed. @param {any} layout @param {string} path @param {any} old @param {any} now */
function canMove(layout, path, old, now) {
  const [, name] = ON_AXIS.exec(path) ?? [];
  const axis = name && layout[name];
  if (!axis || axis.autorange || axis.matches || axis.type.endsWith("category")) return false;
  const isZoomed = old[name].range?.some((/** @type {number} */ end, /** @type {number} */ place) => end !== axis.range[place]);
  return !isZoomed && valueAt(old, path) !== undefined && valueAt(now, path) !== undefined;
}

/**
 * Give axes other ticks and ranges. Where plotly is told of ranges only, it draws all traces and labels
 * without working out any defaults.
 * @param {any} Plotly @param {any} element @param {string[]} paths @param {any} frame
 */
async function moveAxes(Plotly, element, paths, frame) {
  /** @type {Record<string, any>} */
  const ranges = {};
  for (const path of paths) {
    const [, name = "", part = ""] = ON_AXIS.exec(path) ?? [];
    const value = structuredClone(valueAt(frame, path));
    // Plotly would put new ones behind those that stay, in another order than when all are new.
    const { _id: axis } = element._fullLayout[name];
    for (const tick of element.querySelectorAll(`.${axis}tick, .${axis}grid`)) tick.remove();
    if (part !== "range") element._fullLayout[name][part] = element.layout[name][part] = value;
    ranges[`${name}.range`] = part === "range" ? value : ranges[`${name}.range`] ?? [...element._fullLayout[name].range];
  }
  await Plotly.relayout(element, ranges);
}

/** @type {any} */
let components;

/**
 * Plotly's components, each with the functions that draw it. It hands out none, but keeps one that is
 * registered in the object that has them all, and a setter for the new name learns which object that is.
 * @param {any} Plotly
 */
function componentsOf(Plotly) {
  if (components) return components;
  const name = "scaling-none";
  const find = { configurable: true, get: () => ({}), set(/** @type {any} */ _) { components = this; } };
  Object.defineProperty(Object.prototype, name, find);
  try {
    Plotly.register({ moduleType: "component", name });
  } finally {
    delete (/** @type {any} */ (Object.prototype)[name]);
  }
  return components;
}

/** @param {any} layout @returns {any[]} */
function axesOf(layout) {
  return Object.keys(layout).filter((name) => /^[xy]axis\d*$/.test(name)).map((name) => layout[name]);
}

/**
 * The paths of what differs between two traces, such as "marker.size".
 * @param {any} old @param {any} now @param {string} [path] @returns {Generator<string>}
 */
function* differences(old, now, path = "") {
  for (const name of new Set([...Object.keys(old), ...Object.keys(now)])) {
    const [one, other] = [old[name], now[name]];
    if ([one, other].every((part) => part !== null && typeof part === "object" && !Array.isArray(part))) {
      yield* differences(one, other, `${path}${name}.`);
    } else if (JSON.stringify(one) !== JSON.stringify(other)) yield `${path}${name}`;
  }
}

/** @param {any} part @param {string} path */
function valueAt(part, path) {
  return path.split(".").reduce((inside, name) => inside?.[name], part);
}

/**
 * Whether a trace can be drawn without its axes, its neighbours and new defaults.
 * @param {any} element @param {number} place @param {any} trace @param {any} old @param {string[]} paths what differs
 */
function canFollow(element, place, trace, old, paths) {
  const full = element._fullData?.[place];
  if (full?.type !== trace.type || !["scatter", "bar"].includes(trace.type) || full.visible !== true) return false;
  // Plotly works these out for all traces together.
  const isApart = !["stackgroup", "ids"].some((name) => name in trace) && !`${trace.fill}`.startsWith("tonext")
    && ![trace.hovertemplate, trace.hoverinfo].some(Array.isArray)
    && [full.error_x, full.error_y].every((bars) => !bars?.visible || bars.type === "data");
  const arePlain = paths.every((path) => {
    const [one, other] = [valueAt(old, path), valueAt(trace, path)];
    if (!PLAIN.has(path) || Array.isArray(one) !== Array.isArray(other) || typeof one !== typeof other) return false;
    // Lines and bars of errors may take their colour from a trace's own.
    return Array.isArray(other) ? other.length > 0 && typeof one[0] === typeof other[0] : !path.endsWith("color");
  });
  // The way of drawing depends on the number of points, unless it is given.
  const hasMode = trace.type === "bar" || trace.mode || !paths.some((path) => path === "x" || path === "y");
  return isApart && arePlain && hasMode && ["x", "y"].every((name) => {
    const axis = element._fullLayout[full[`${name}axis`].replace(name, `${name}axis`)];
    return !axis.autorange && (!axis.type.endsWith("category") || !paths.includes(name));
  });
}

/** Put what differs into what plotly has worked out. @param {any} element @param {number} place @param {any} trace @param {string[]} paths */
function put(element, place, trace, paths) {
  const full = element._fullData[place];
  for (const path of paths) {
    const end = path.lastIndexOf(".");
    const inside = end < 0 ? full : valueAt(full, path.slice(0, end));
    inside[path.slice(end + 1)] = valueAt(trace, path);
  }
  const lengths = [trace.x, trace.y].filter(Array.isArray).map((numbers) => numbers.length);
  full._length = Math.min(...lengths);
  full._input = element.data[place] = trace;
}

/**
 * Work out labels or shapes that differ, and leave the others as they are.
 * @param {any} element @param {any} component @param {keyof typeof LABELS} name @param {any[]} wanted @param {number[]} changed
 */
function putLabels(element, component, name, wanted, changed) {
  const layout = element._fullLayout;
  const before = layout[name];
  element.layout[name] = wanted;
  for (const axis of axesOf(layout)) axis[LABELS[name]] = [];
  component.supplyLayoutDefaults(element.layout, layout);
  layout[name] = layout[name].map((/** @type {any} */ one, /** @type {number} */ place) => (changed.includes(place) ? one : before[place]));
}

/**
 * Work out the points of some traces by plotly's own modules; return these and the other bars of their
 * panels, which are placed together.
 * @param {any} element @param {number[]} changed @returns {any[]}
 */
function calculate(element, changed) {
  const { _fullData: full, _fullLayout: layout, calcdata } = element;
  const panels = new Set(changed.filter((place) => full[place].type === "bar").map((place) => panelOf(full[place])));
  const traces = full.filter((/** @type {any} */ trace) => changed.includes(trace.index)
    || (trace.type === "bar" && trace.visible === true && panels.has(panelOf(trace))));
  for (const trace of traces) {
    const points = trace._module.calc(element, trace);
    points[0].t ??= {};
    points[0].trace = trace;
    for (const name of ["x", "y"]) addErrors(points, trace, name, layout[trace[`${name}axis`].replace(name, `${name}axis`)]);
    calcdata[trace.index] = points;
  }
  for (const panel of panels) traces.find((/** @type {any} */ { type }) => type === "bar")._module.crossTraceCalc(element, layout._plots[panel]);
  return traces;
}

/** @param {any} trace */
function panelOf({ xaxis, yaxis }) {
  return xaxis + yaxis;
}

/** Draw some traces by plotly's own modules. @param {any} element @param {any[]} traces */
function drawTraces(element, traces) {
  const { _fullLayout: layout, calcdata } = element;
  const placeOf = (/** @type {any} */ trace) => `${trace.type} ${panelOf(trace)}`;
  for (const key of new Set(traces.map(placeOf))) {
    const alike = traces.filter((trace) => placeOf(trace) === key);
    const [{ type, _module: module }] = alike;
    const panel = layout._plots[panelOf(alike[0])];
    const layer = panel.plot.selectAll(`g.${module.layerName ?? `${type}layer`}`);
    const all = alike.map((trace) => calcdata[trace.index]);
    const before = [...layer.node().children];
    // Scatter is told to draw as in an animation, where the other traces stay.
    module.plot(element, panel, all, layer, ...(type === "scatter" ? [{ duration: 0 }] : []));
    if (before.some((node, place) => node !== layer.node().children[place])) layer.node().append(...before);
    if (type === "bar" || alike.some(({ error_x, error_y }) => error_x?.visible || error_y?.visible)) module.style(element);
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
  const letters = atob(part.bdata);
  const bytes = new Uint8Array(letters.length);
  for (let place = 0; place < bytes.length; place++) bytes[place] = letters.charCodeAt(place);
  const numbers = Array.from(/** @type {number[]} */ (new ARRAYS[part.dtype](bytes.buffer)));
  const [rows, columns] = `${part.shape ?? ""}`.split(",").map(Number);
  if (!columns) return numbers;
  return Array.from({ length: rows }, (_, row) => numbers.slice(row * columns, (row + 1) * columns));
}
