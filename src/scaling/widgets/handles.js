// Points of the picture that can be dragged. How it is drawn is known to the picture; this says where.

const NEAR = 24; // pixels around a point, room enough for a finger
const CLICK = 8; // pixels; a shorter way is a click

function render({ model, el, signal }) {
  const root = () => el.closest(".scaling-explorable");
  const picture = () => root()?.querySelector(".js-plotly-plot") ?? null;
  const axis = (plot, trace, letter) => plot._fullLayout[trace[`${letter}axis`].replace(letter, `${letter}axis`)];

  // Where an event is, in the picture's own pixels: in a lecture hall they are larger.
  const spot = (plot, event) => {
    const box = plot.getBoundingClientRect();
    const ratio = plot._fullLayout.width / box.width;
    return { x: (event.clientX - box.left) * ratio, y: (event.clientY - box.top) * ratio };
  };
  const distances = (plot, trace, here) => {
    const [across, upwards] = ["x", "y"].map((letter) => axis(plot, trace, letter));
    return [...trace.x].map((x, point) =>
      Math.hypot(across._offset + across.d2p(x) - here.x, upwards._offset + upwards.d2p(trace.y[point]) - here.y),
    );
  };
  const isHere = (plot, event) => plot?._fullLayout && plot.contains(event.target);
  // The free point next to an event, as the numbers of trace and point.
  const nearest = (event, except) => {
    const plot = picture();
    const here = spot(plot, event);
    const away = model.get("free").flatMap((trace) => distances(plot, plot._fullData[trace], here).map((far, point) => ({ far, trace, point })));
    const others = away.filter(({ trace, point }) => trace !== except?.trace || point !== except.point);
    const found = others.reduce((best, one) => (one.far < best.far ? one : best), { far: Infinity });
    return found.far <= NEAR ? { trace: found.trace, point: found.point } : null;
  };
  // The handle next to an event, with the numbers of trace and point.
  const near = (event) => {
    const plot = picture();
    if (!isHere(plot, event)) return null;
    const here = spot(plot, event);
    const away = model.get("places").flatMap(({ traces }, handle) =>
      traces.flatMap((trace) => distances(plot, plot._fullData[trace], here).map((far, point) => ({ far, handle, trace, point }))),
    );
    const found = away.reduce((best, one) => (one.far < best.far ? one : best), { far: Infinity });
    return found.far <= NEAR ? found : null;
  };
  // The number of the slider's step at which the point that is held lies next to a value of its axis.
  const stepAt = (value) => {
    const { low, high, step } = model.get("places")[held.handle];
    const stops = model.get("stops")[held.handle]?.[held.trace][held.point];
    if (!stops) return Math.round((Math.min(high, Math.max(low, value)) - low) / step);
    const away = stops.map((stop) => Math.abs(stop - value));
    return away.indexOf(Math.min(...away));
  };

  let held = null; // the point that is being dragged
  let told = null; // its value as it was told last
  let turn = 0;
  const grab = (event) => {
    if (event.button) return;
    held = near(event);
    told = null;
    if (held) picture().setPointerCapture(event.pointerId);
    else if (isHere(picture(), event)) lift(event);
  };

  // A free point that is lifted: a line shows where it goes. Plotly still hears of a mere click.
  let lifted = null;
  const ghost = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  ghost.setAttribute("class", "scaling-ghost");
  const lift = (event) => {
    const point = nearest(event);
    lifted = point && { ...point, from: [event.clientX, event.clientY], isMoved: false };
  };
  const carry = (event) => {
    if (!lifted) return;
    const [x, y] = lifted.from;
    lifted.isMoved ||= Math.hypot(event.clientX - x, event.clientY - y) > CLICK;
    if (!lifted.isMoved) return;
    const onto = nearest(event, lifted) ? 18 : 9;
    ghost.innerHTML = `<path d="M${x} ${y}L${event.clientX} ${event.clientY}"/><circle cx="${event.clientX}" cy="${event.clientY}" r="${onto}"/>`;
    document.body.append(ghost);
  };
  const drop = (event) => {
    const point = lifted;
    lifted = null;
    ghost.remove();
    const plot = picture();
    if (!point?.isMoved || event.type === "pointercancel" || !plot) return;
    const here = spot(plot, event);
    const [x, y] = ["x", "y"].map((letter) => {
      const line = axis(plot, plot._fullData[point.trace], letter);
      return line.p2d(here[letter] - line._offset);
    });
    const onto = nearest(event, point);
    model.set("dropped", { trace: point.trace, point: point.point, x, y, onto: onto && [onto.trace, onto.point], turn: ++turn });
    model.save_changes();
  };
  const move = (event) => {
    const plot = picture();
    if (!held) {
      const isNear = near(event) || (isHere(plot, event) && model.get("free").length && nearest(event));
      return void plot?.classList.toggle("scaling-grab", Boolean(isNear));
    }
    const { traces, along, low, step } = model.get("places")[held.handle];
    const line = axis(plot, plot._fullData[traces[0]], along);
    const steps = stepAt(line.p2d(spot(plot, event)[along] - line._offset));
    const rounded = Number((low + steps * step).toFixed(9));
    if (rounded === told) return;
    told = rounded;
    model.set("moved", { handle: held.handle, value: rounded, turn: ++turn });
    model.save_changes();
  };
  const release = () => {
    held = null;
  };
  // Plotly would zoom, and a phone would scroll.
  const keep = (event) => {
    if (lifted && event.type !== "mousedown") event.preventDefault(); // plotly still hears of a click
    if (!held) return;
    event.stopPropagation();
    event.preventDefault();
  };
  const listen = () => {
    if (signal.aborted) return;
    const frame = root();
    if (!frame) return void requestAnimationFrame(listen); // not yet placed in the page
    const options = { signal, capture: true, passive: false };
    frame.addEventListener("pointerdown", grab, options);
    frame.addEventListener("pointermove", move, options);
    for (const type of ["pointerup", "pointercancel"]) {
      frame.addEventListener(type, release, options);
      document.addEventListener(type, drop, { signal });
    }
    document.addEventListener("pointermove", carry, { signal });
    for (const type of ["mousedown", "touchstart", "touchmove"]) frame.addEventListener(type, keep, options);
  };
  listen();
}

export default { render };
