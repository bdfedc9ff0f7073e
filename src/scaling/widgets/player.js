// This plays a picture: it shows one after the other how what it shows comes about.
//
// The pictures of a run come from Python a few at a time, each as what differs from the picture at
// rest. How it is drawn is known to the picture, which hears of it by the event "scaling-frame".

const SPEEDS = { slow: 0.5, normal: 1, fast: 2 };
const AT_ONCE = 8; // pictures that are asked for together
const LONGEST = 100; // milliseconds; a page that stood still for longer goes on where it was
const STILLS = 4; // pictures in the place of motion

function render({ model, el, signal }) {
  const parts = model.get("parts");
  const make = (tag, properties, ...children) => {
    const node = Object.assign(document.createElement(tag), properties);
    node.append(...children);
    return node;
  };
  const button = (text, name) => {
    const node = make("button", { type: "button", textContent: text });
    if (name) Object.assign(node, { title: name, ariaLabel: name });
    return node;
  };
  const play = button("");
  play.className = "scaling-play";
  const [back, on] = [button("\u2039", parts.back), button("\u203a", parts.on)];
  for (const node of [back, on]) node.className = "scaling-step-by";
  const options = Object.keys(SPEEDS).map((name) => make("option", { value: name }, parts[name]));
  const speed = make("select", { ariaLabel: parts.speed }, ...options);
  speed.value = "normal";
  const told = document.createTextNode(""); // one node for all places, so that nobody is told of each
  const label = make("span", { className: "scaling-place" }, told);
  const note = make("span", { className: "scaling-small", textContent: parts.still });
  el.setAttribute("role", "group");
  el.setAttribute("aria-label", parts.group);
  el.append(play, back, on, speed, label, note);

  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  let frames = new Map(); // by place: parts of a picture by path, as JSON
  let base = {}; // the same parts in the picture that they are compared with
  let drawn = new Map(); // what the page shows of them now
  let at = model.get("resting"); // the place that the page shows
  let wanted = null; // a place that is drawn as soon as it is here
  let isPlaying = false;
  let isAsking = false;
  let onPage = null; // the picture that was drawn on

  const root = () => el.closest(".scaling-played, .scaling-explorable");
  const picture = () => root()?.querySelector(".js-plotly-plot") ?? null;
  const last = () => model.get("labels").length - 1;
  const resting = () => model.get("resting");
  const isHere = (place) => place === model.get("base") || frames.has(place);

  // ---------------------------------------------------------------- what the page says

  const line = () => root()?.querySelector(".scaling-words") ?? null;
  // Until the end, words and figures would tell what the picture does not show yet.
  const hush = () => {
    const frame = root();
    if (!frame || "playing" in frame.dataset) return;
    frame.dataset.playing = "";
    const words = line();
    words.style.minHeight = `${words.offsetHeight}px`;
    words.dataset.end = atRest || words.textContent;
    words.textContent = "";
  };
  let atRest = ""; // the words of the picture at rest, while those of an outcome stand there
  const tell = (outcome = "") => {
    const frame = root();
    if (!frame || !("playing" in frame.dataset)) return;
    delete frame.dataset.playing;
    const words = line();
    words.style.minHeight = "";
    atRest = outcome && words.dataset.end;
    if (words.textContent === "") words.textContent = outcome || words.dataset.end;
    delete words.dataset.end;
  };
  const show = () => {
    const isStill = calm.matches;
    const name = isPlaying ? parts.pause : isStill ? parts.next : parts.play;
    if (play.textContent !== name) play.textContent = name;
    play.dataset.state = isPlaying ? "pause" : "play";
    note.hidden = !isStill;
    speed.hidden = isStill;
    const isUnderWay = isPlaying || at !== resting();
    const isWaiting = wanted !== null && !isHere(wanted);
    told.data = isWaiting ? parts.wait : isUnderWay ? model.get("labels")[at] ?? "" : "";
    for (const node of [play, back, on, speed]) node.disabled = last() < 1;
  };

  // ---------------------------------------------------------------- pictures

  const ask = (from) => {
    if (isAsking) return;
    const places = [];
    for (let place = from; place <= last() && places.length < AT_ONCE; place++) {
      if (!isHere(place)) places.push(place);
    }
    if (places.length === 0) return;
    isAsking = true;
    model.send({ event: "asked", edition: model.get("edition"), places });
  };
  const draw = (place) => {
    const here = picture();
    if (here !== onPage) drawn = new Map(); // made anew, and so at rest
    onPage = here;
    const frame = place === model.get("base") ? {} : frames.get(place);
    const changes = {};
    for (const path of new Set([...drawn.keys(), ...Object.keys(frame)])) {
      const value = frame[path] ?? base[path];
      if (value === (drawn.get(path) ?? base[path])) continue;
      changes[path] = JSON.parse(value);
      drawn.set(path, value);
    }
    at = place;
    show();
    if (here && Object.keys(changes).length) {
      here.dispatchEvent(new CustomEvent("scaling-frame", { detail: changes }));
    }
    el.dispatchEvent(new CustomEvent("scaling-played", { bubbles: true, detail: place }));
  };
  const go = (place) => {
    hush();
    picture()?.scrollIntoView({ block: "nearest" });
    wanted = place;
    if (isHere(place)) arrive();
    else ask(place);
    show();
  };
  const arrive = () => {
    const place = wanted;
    wanted = null;
    draw(place);
    if (isPlaying) ask(place + 1);
    else settle();
  };
  // A run that a control follows is told of where it stands; otherwise only its end has words.
  const settle = () => {
    if (model.get("follows")) model.send({ event: "halted", place: at });
    else if (at === resting()) tell();
    else if (at === last() && model.get("outcome")) tell(model.get("outcome"));
  };

  // ---------------------------------------------------------------- time

  let time = 0; // seconds since the first picture, at normal speed
  let before = 0; // milliseconds
  const due = (place) => model.get("times")[place];
  // Python begins a run when something has happened; nobody is taken to a picture out of sight.
  const begin = () => {
    const box = picture()?.getBoundingClientRect();
    if (!box || calm.matches || document.hidden) return;
    const middle = (box.top + box.bottom) / 2;
    if (middle > 0 && middle < innerHeight) run();
  };
  const run = () => {
    look();
    isPlaying = true;
    label.setAttribute("aria-live", "off");
    const first = at === last() ? 0 : at;
    time = due(first);
    before = 0;
    go(first);
    requestAnimationFrame(tick);
  };
  const tick = (now) => {
    if (!isPlaying || signal.aborted) return;
    const passed = before ? Math.min(now - before, LONGEST) : 0;
    before = now;
    // Python may be behind: the run then waits for the picture that is due.
    if (wanted === null) {
      time += (passed / 1000) * SPEEDS[speed.value];
      let next = at;
      while (next < last() && due(next + 1) <= time) next++;
      if (next !== at) {
        if (isHere(next)) draw(next);
        else wanted = next;
        show();
      }
      ask(at + 1);
      if (at === last()) return void halt();
    }
    requestAnimationFrame(tick);
  };
  const halt = () => {
    if (!isPlaying) return;
    isPlaying = false;
    wanted = null;
    show();
    settle();
  };
  // Something else on the page is touched: the picture is whole again, and so are its words.
  const stop = () => {
    isPlaying = false;
    wanted = null;
    if (at !== resting() && onPage === picture()) draw(resting());
    at = resting();
    show();
    tell();
    if (atRest && line().textContent === model.get("outcome")) line().textContent = atRest;
    atRest = "";
  };

  const here = () => wanted ?? at; // where the last press leads
  // A label may stand for several pictures; one step goes to the last of them.
  const ends = () => {
    const labels = model.get("labels");
    return [...labels.keys()].filter((end) => labels[end] !== labels[end + 1]);
  };
  const step = (target) => {
    isPlaying = false;
    label.setAttribute("aria-live", "polite");
    go(target);
  };
  play.onclick = () => {
    if (isPlaying) return halt();
    if (!calm.matches) return run();
    const places = ends();
    const stills = Array.from({ length: STILLS }, (_, still) => places[Math.ceil(((still + 1) * places.length) / STILLS) - 1]);
    step(stills.find((still) => still > here()) ?? stills[0]);
  };
  on.onclick = () => step(ends().find((end) => end > here()) ?? ends()[0]);
  back.onclick = () => step(ends().findLast((end) => end < here()) ?? last());

  // ---------------------------------------------------------------- what stops it

  let wasSeen = false; // the page may still be on its way to the picture
  const seen = new IntersectionObserver((entries) => {
    for (const { isIntersecting } of entries) {
      if (wasSeen && !isIntersecting) halt();
      wasSeen ||= isIntersecting;
    }
  });
  const look = () => {
    seen.disconnect();
    wasSeen = false;
    if (picture()) seen.observe(picture());
  };
  document.addEventListener("visibilitychange", () => document.hidden && halt(), { signal });
  const touched = ({ target, type, key }) => {
    if (!("playing" in (root()?.dataset ?? {})) || el.contains(target)) return;
    if (type === "keydown" && ["Tab", "Shift", "Control", "Alt", "Meta"].includes(key)) return;
    if (target.closest(".scaling-controls, .scaling-beside, .scaling-rows, .scaling-touch .scaling-picture")) stop();
  };
  const listen = () => {
    const frame = root();
    if (signal.aborted) return;
    if (!frame) return void requestAnimationFrame(listen); // not yet placed in the page
    for (const type of ["pointerdown", "keydown", "change"]) frame.addEventListener(type, touched, { signal, capture: true });
  };

  const forget = () => {
    stop();
    frames = new Map();
    base = {};
    drawn = new Map();
    isAsking = false;
  };
  const move = () => {
    if (!isPlaying && wanted === null) at = resting();
    show();
  };
  const take = (content) => {
    if (content.event === "settled") return tell();
    if (content.event === "begin") return begin();
    if (content.edition !== model.get("edition")) return;
    isAsking = false;
    Object.assign(base, content.base);
    for (const [number, changes] of Object.entries(content.pictures)) frames.set(Number(number), changes);
    if (wanted !== null && frames.has(wanted)) arrive();
    else if (wanted !== null) ask(wanted);
  };
  model.on("change:edition", forget);
  model.on("change:labels change:resting", move);
  model.on("msg:custom", take);
  calm.addEventListener("change", show, { signal });
  listen();
  show();

  return () => {
    seen.disconnect();
    stop();
    model.off("change:edition", forget);
    model.off("change:labels change:resting", move);
    model.off("msg:custom", take);
  };
}

export default { render };
