// A place to draw the rest of a curve in. Its five sliders do the same by keyboard.

const HEIGHT = 240; // pixels
const ROOM = { left: 46, right: 20, top: 12, bottom: 26 }; // pixels
const SVG = "http://www.w3.org/2000/svg";

function render({ model, el }) {
  const about = model.get("about");
  const { x, known, given, low, high, step, words, hand } = about;
  const last = x.length - 1;
  const begin = known[0].at(-1); // where the line begins
  const first = known[0][0];

  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", words.picture);
  const title = document.createElement("p");
  title.className = "scaling-small";
  title.textContent = words.title;
  const note = document.createElement("p");
  note.className = "scaling-small";
  note.textContent = words.hand;
  const row = document.createElement("div");
  row.className = "scaling-pad-hand";
  const inputs = hand.map((place, number) => {
    const label = document.createElement("label");
    const input = document.createElement("input");
    Object.assign(input, { type: "range", min: low, max: high, step });
    input.setAttribute("aria-label", words.names[number]);
    const shown = document.createElement("output");
    shown.setAttribute("aria-hidden", "true"); // the slider says its value itself
    label.append(words.names[number], input, shown);
    row.append(label);
    input.addEventListener("input", () => setByHand(place, Number(input.value)));
    return { place, input, shown };
  });
  el.setAttribute("role", "group");
  el.setAttribute("aria-label", words.group);
  el.replaceChildren(title, svg, note, row);

  let line = [...model.get("line")];
  const written = (value) => value.toFixed(about.digits).replace("-", "\u2212");
  const rounded = (value) => {
    const near = low + Math.round((Math.min(high, Math.max(low, value)) - low) / step) * step;
    return Number(near.toFixed(6));
  };

  // ---------------------------------------------------------------- the picture

  let width = 0;
  const across = (value) => ROOM.left + ((value - first) / (x[last] - first)) * (width - ROOM.left - ROOM.right);
  const upwards = (value) => HEIGHT - ROOM.bottom - ((value - low) / (high - low)) * (HEIGHT - ROOM.top - ROOM.bottom);
  const make = (tag, attributes, text = "") => {
    const node = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    node.textContent = text;
    svg.append(node);
    return node;
  };
  const path = (points) => points.map(([one, other], at) => `${at ? "L" : "M"}${across(one).toFixed(1)} ${upwards(other).toFixed(1)}`).join(" ");
  const draw = () => {
    if (!width) return;
    svg.replaceChildren();
    svg.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
    const text = { fill: "currentColor", "font-size": 13, stroke: "none" };
    make("rect", { x: across(begin), y: ROOM.top, width: across(x[last]) - across(begin), height: HEIGHT - ROOM.top - ROOM.bottom, class: "scaling-pad-here" });
    for (const [value, label] of about.yTicks) {
      make("path", { d: `M${ROOM.left} ${upwards(value)}H${width - ROOM.right}`, stroke: "currentColor", "stroke-opacity": 0.2 });
      make("text", { ...text, x: ROOM.left - 6, y: upwards(value) + 4, "text-anchor": "end" }, label);
    }
    for (const [value, label] of about.xTicks) {
      make("text", { ...text, x: across(value), y: HEIGHT - 8, "text-anchor": "middle" }, label);
    }
    const both = (curve) => curve[0].map((value, at) => [value, curve[1][at]]);
    if (given[0].length) {
      const points = both(given);
      make("path", { d: path(points), class: "scaling-pad-given" });
      const [end, height] = points.at(-1);
      make("text", { ...text, x: across(end), y: upwards(height) + 18, "text-anchor": "end" }, words.given);
    }
    const points = both(known);
    make("path", { d: path(points), fill: "none", stroke: "currentColor", "stroke-width": 2.5 });
    for (const [one, other] of points) make("circle", { cx: across(one), cy: upwards(other), r: 3, fill: "currentColor" });
    const drawn = x.map((value, at) => [value, line[at]]).filter(([, value]) => value !== null);
    if (drawn.length) {
      make("path", { d: path([points.at(-1), ...drawn]), class: "scaling-pad-line" });
    }
    if (line[last] === null) {
      const middle = (across(begin) + across(x[last])) / 2;
      make("text", { ...text, x: middle, y: ROOM.top + 20, "text-anchor": "middle" }, drawn.length ? words.on : words.here);
    }
  };
  const tell = () => {
    for (const { place, input, shown } of inputs) {
      const value = line[place];
      input.classList.toggle("scaling-unset", value === null);
      input.value = value ?? known[1].at(-1);
      shown.textContent = value === null ? "" : written(value);
      input.setAttribute("aria-valuetext", value === null ? words.unset : written(value));
    }
    draw();
  };
  const save = () => {
    model.set("line", [...line]);
    model.save_changes();
  };

  // ---------------------------------------------------------------- by hand

  // A slider moves its point, and what lies between it and the next ones on either side.
  const setByHand = (place, value) => {
    const start = known[1].at(-1);
    if (line.includes(null)) line = line.map((one) => one ?? rounded(start));
    const fixed = [-1, ...hand];
    const at = (number) => (number < 0 ? start : line[number]);
    line[place] = value;
    const own = fixed.indexOf(place);
    for (const [from, to] of [[fixed[own - 1], place], [place, fixed[own + 1]]]) {
      if (to === undefined) continue;
      const [left, right] = [from < 0 ? begin : x[from], x[to]];
      const [low, high] = [at(from), at(to)];
      for (let number = from + 1; number < to; number++) {
        line[number] = rounded(low + ((high - low) * (x[number] - left)) / (right - left));
      }
    }
    tell();
    save();
  };

  // ---------------------------------------------------------------- by finger or mouse

  let before = null; // number and value of the point that was drawn last
  const put = (event) => {
    const box = svg.getBoundingClientRect();
    const ratio = width / box.width; // a hall has everything enlarged
    const [left, top] = [(event.clientX - box.left) * ratio, (event.clientY - box.top) * ratio];
    const value = first + ((left - ROOM.left) / (width - ROOM.left - ROOM.right)) * (x[last] - first);
    const height = rounded(low + ((HEIGHT - ROOM.bottom - top) / (HEIGHT - ROOM.top - ROOM.bottom)) * (high - low));
    const number = x.reduce((best, one, at) => (Math.abs(one - value) < Math.abs(x[best] - value) ? at : best), 0);
    // From where the line ends, so that it has no gap.
    const end = line.indexOf(null);
    before ??= end >= 0 && end < number ? [end - 1, end ? line[end - 1] : known[1].at(-1)] : [number, height];
    const [from, start] = before;
    const steps = Math.abs(number - from) || 1;
    for (let each = 0; each <= steps; each++) {
      const place = from + Math.sign(number - from) * each;
      if (place >= 0 && (place !== from || each || from === number)) line[place] = rounded(start + ((height - start) * each) / steps);
    }
    line[number] = height;
    before = [number, height];
    tell();
  };
  svg.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    svg.setPointerCapture(event.pointerId);
    before = null;
    put(event);
  });
  svg.addEventListener("pointermove", (event) => {
    if (before) put(event);
  });
  for (const type of ["pointerup", "pointercancel"]) {
    svg.addEventListener(type, () => {
      if (!before) return;
      before = null;
      save();
    });
  }

  const take = () => {
    line = [...model.get("line")];
    tell();
  };
  model.on("change:line", take);
  const sized = new ResizeObserver(() => {
    if (!svg.clientWidth || svg.clientWidth === width) return;
    width = svg.clientWidth;
    draw();
  });
  sized.observe(svg);
  tell();
  return () => {
    sized.disconnect();
    model.off("change:line", take);
  };
}

export default { render };
