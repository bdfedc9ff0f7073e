// <scaling-live>: an explorable, a form or a game on a page. Before any script it is a question and a
// still picture; it comes alive when the reader answers.

import { assetsOf, engine, isHere, Stuck } from "./engine.js";
import * as kept from "./kept.js";
import { NARROW, apply, fetchScripts, isDark, make, openWhatFollows, readout, views } from "./native.js";
import { loadPlotly } from "./picture.js";

const FORM = 800; // pixels that a form takes at least
const QUESTION = 460; // pixels that a recall question takes on a phone

class Live extends HTMLElement {
  constructor() {
    super();
    /** @type {Record<string, any> | null} what is to be sent, by widget: only the newest of each trait */
    this.pending = null;
    this.isBusy = false;
    this.root = "";
    /** @type {Record<string, any>} values of the controls, and whose story is shown, as answered last */
    this.state = {};
    /** @type {Element | null} */
    this.pressed = null;
  }

  connectedCallback() {
    if (this.dataset.begun) return;
    this.dataset.begun = "";
    this.line = /** @type {HTMLElement} */ (this.querySelector(".scaling-loading"));
    const slider = /** @type {HTMLInputElement | null} */ (this.querySelector("[data-part=answer] input"));
    const button = (/** @type {string} */ part) => /** @type {HTMLButtonElement | null} */ (this.querySelector(`button[data-part=${part}]`));
    const [commit, skip, open] = ["commit", "skip", "open"].map(button);
    slider?.addEventListener("input", () => {
      slider.closest(".scaling-unset")?.classList.remove("scaling-unset");
      const output = /** @type {HTMLOutputElement} */ (slider.nextElementSibling);
      output.value = readout(slider.valueAsNumber, output.dataset.format ?? "d");
      slider.setAttribute("aria-valuetext", output.value);
      if (commit) commit.disabled = false;
      this.prepare();
    });
    const line = this.placeToDraw(commit);
    commit?.addEventListener("click", () => this.open(line ?? slider?.valueAsNumber ?? null));
    skip?.addEventListener("click", () => this.open(null));
    open?.addEventListener("click", () => this.open());
    this.querySelector("button[data-part=still]")?.addEventListener("click", () => this.showStill(""));
    const question = this.dataset.question;
    if (question && kept.isAnswered(this.dataset.page ?? "", question)) this.classList.add("scaling-answered");
    engine.addEventListener("unkept", () => this.tell(kept.trouble));
    engine.addEventListener("restart", () => this.again());
    engine.addEventListener("loaded", () => {
      if (!this.line) return;
      if (!this.progress) this.line.removeAttribute("role"); // A screen reader tells it where it is waited for.
      this.line.textContent = "Python is ready.";
    });
    // A style sheet keeps the control that was used last in view. Not every browser gives it the focus.
    this.addEventListener("input", ({ target }) => {
      const used = /** @type {HTMLElement} */ (target).closest(".scaling-control");
      if (!used) return;
      for (const other of this.querySelectorAll("[data-used]")) other.removeAttribute("data-used");
      used.setAttribute("data-used", "");
      this.classList.add("scaling-used");
    });
    // On a phone the picture that a step sets is higher up than its button.
    this.addEventListener("click", ({ target }) => {
      const picture = /** @type {HTMLElement} */ (this.querySelector(".scaling-picture"));
      if (/** @type {HTMLElement} */ (target).closest(".scaling-sets") && picture.getBoundingClientRect().top < 0) picture.scrollIntoView();
    });
    this.beginInView();
    assetsOf().then(({ bytes }) => {
      for (const node of this.querySelectorAll(".scaling-megabytes")) node.textContent = `${Math.ceil(bytes / 1e6)}`;
    });
  }

  /** On a later visit nothing has to be fetched: be ready before the reader answers. */
  beginInView() {
    const seen = new IntersectionObserver(async (entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      seen.disconnect();
      if (!(await isHere())) return;
      loadPlotly().catch(() => {});
      engine.load().catch(() => {}); // Opening the picture tells what is wrong.
    }, { rootMargin: "100% 0px" });
    seen.observe(this);
  }

  /**
   * Make the place to draw in, by the script that makes it in JupyterLab as well.
   * @param {HTMLButtonElement | null} commit @returns {(number | null)[] | null} the line, which changes while it is drawn; null where none is asked for
   */
  placeToDraw(commit) {
    const pad = /** @type {HTMLElement | null} */ (this.querySelector(".scaling-pad[data-about]"));
    if (!pad) return null;
    const about = JSON.parse(pad.dataset.about ?? "");
    /** @type {(number | null)[]} */
    const line = about.x.map(() => null);
    const model = {
      get: (/** @type {string} */ name) => (name === "line" ? line : about),
      set: (/** @type {string} */ _, /** @type {(number | null)[]} */ drawn) => line.splice(0, line.length, ...drawn),
      save_changes: () => {
        if (commit) commit.disabled = line.includes(null);
        this.prepare();
      },
      on: () => {},
      off: () => {},
    };
    const script = "./widgets/pad.js"; // not there when types are checked
    import(script).then((module) => module.default.render({ model, el: pad }));
    return line;
  }

  /** Fetch the runtime while the reader thinks. */
  prepare() {
    loadPlotly().catch(() => {});
    this.showProgress();
    return engine.load();
  }

  showProgress() {
    if (this.progress || !this.line || engine.isLoaded) return;
    const bar = make("progress", { max: 1, value: 0 });
    bar.setAttribute("aria-label", "Loading Python");
    const told = make("span");
    this.line.replaceChildren(bar, " ", told);
    this.progress = bar;
    const show = async (/** @type {any} */ { detail }) => {
      const all = (await assetsOf()).bytes / 1e6;
      bar.value = detail;
      told.textContent = detail < 1 ? `${(detail * all).toFixed(0)} of ${all.toFixed(0)} MB, once` : "starting Python";
    };
    engine.addEventListener("progress", show);
  }

  /** @param {number | (number | null)[] | null} [said] the prediction, or the line that was drawn; null to see without; undefined to open what asks nothing */
  async open(said) {
    if (this.classList.contains("scaling-waiting")) return;
    // A button that is turned off loses the focus, so the one that was pressed only says that it is off.
    for (const node of this.querySelectorAll("button")) {
      if (node === document.activeElement) node.ariaDisabled = "true";
      else node.disabled = true;
    }
    // The still picture at once: something to read, and the page does not move when it comes alive.
    this.classList.add("scaling-waiting");
    openWhatFollows(this);
    let least = this.querySelector(".scaling-always") || kept.all().size ? FORM : 0;
    if (this.matches("[data-page^='recall.']")) least = this.querySelector("ol") ? QUESTION : 0;
    this.style.minHeight = `${Math.max(this.offsetHeight, least)}px`;
    try {
      const loading = this.prepare();
      await loading;
      const answer = await engine.call("open", [this.dataset.page]);
      if (answer.fault) throw new Error(answer.fault.trim().split("\n").at(-1));
      await fetchScripts(answer);
      this.take(answer);
      const { root, question } = answer.value;
      this.root = root;
      const events = this.looks();
      if (question.show) events.push({ id: question.show, message: { event: "click" } });
      else if (question.answer && said !== undefined) {
        if (said === null) events.push({ id: question.skip, message: { event: "click" } });
        else {
          if (Array.isArray(said)) events.push({ id: question.answer, set: { line: said } });
          else {
            // First another value, or a prediction in the middle would count as none.
            const low = /** @type {any} */ (views.get(question.answer)).state.min;
            for (const value of [low, said]) events.push({ id: question.answer, set: { value } });
          }
          const steps = /** @type {HTMLInputElement[]} */ ([...this.querySelectorAll("[data-part=sure] input")]);
          const index = steps.findIndex((step) => step.checked);
          if (index >= 0) events.push({ id: question.sure, set: { index } });
          events.push({ id: question.commit, message: { event: "click" } });
        }
      }
      const live = await engine.call("react", [events]);
      await fetchScripts(live);
      this.take(live);
      this.place(root);
      this.classList.add("scaling-alive");
      this.classList.remove("scaling-answered", "scaling-waiting");
      const next = /** @type {HTMLElement | null} */ (this.querySelector(".scaling-question:not(:empty)") ?? this.querySelector("h3"));
      if (next) {
        next.tabIndex = -1;
        next.focus({ preventScroll: true });
        // The answer is higher up than the button that was pressed.
        if (next.getBoundingClientRect().top < 0) next.scrollIntoView({ block: "start" });
      }
      this.dispatchEvent(new CustomEvent("scaling-alive", { bubbles: true }));
    } catch (error) {
      console.error(error);
      this.showStill("The live picture cannot be started in this browser, so here is the still one.");
    }
  }

  /** Show the live page in place of what was here; what has been told stays. @param {string} root */
  place(root) {
    const note = this.querySelector(":scope > .scaling-note");
    const view = /** @type {import("./native.js").View} */ (views.get(root));
    this.replaceChildren(view.element, ...(note ? [note] : []));
    // From here on the live page has the name, and it should not be said twice.
    for (const name of ["role", "aria-label"]) this.removeAttribute(name);
  }

  /** Tell the course about theme and width before anything is drawn. @returns {any[]} */
  looks() {
    const set = { dark: isDark(), narrow: this.clientWidth < NARROW };
    return [...views.values()]
      .filter((view) => view.kind === "screen.js" && (view.state.dark !== set.dark || view.state.narrow !== set.narrow))
      .map((view) => {
        Object.assign(view.state, set);
        return { id: view.id, set };
      });
  }

  /** @param {import("./engine.js").Answer} answer */
  take(answer) {
    apply(answer, (id, event) => this.send(id, event));
    this.state = answer.value?.[this.root] ?? this.state;
    // The button that was pressed may be gone: go on from what took its place.
    if (this.pressed && !this.pressed.isConnected && document.activeElement === document.body) {
      const next = /** @type {HTMLElement | null} */ (this.querySelector(".scaling-question"));
      if (next) next.tabIndex = -1;
      next?.focus({ preventScroll: true });
    }
    this.pressed = null;
  }

  /** Note what the reader did; a value that is overtaken by a newer one is never sent. @param {string} id @param {{set?: Record<string, any>, message?: any}} event */
  send(id, event) {
    this.pending ??= { order: [] };
    const last = this.pending.order.at(-1);
    if (event.set && last?.id === id && last.set) Object.assign(last.set, event.set);
    else this.pending.order.push({ id, ...(event.set ? { set: { ...event.set } } : { message: event.message }) });
    if (event.message) this.pressed = document.activeElement;
    void this.flush();
  }

  async flush() {
    if (this.isBusy || !this.pending) return;
    this.isBusy = true;
    const events = this.pending.order;
    this.pending = null;
    try {
      const answer = await engine.call("react", [events]);
      this.take(answer);
      // A table waits until nothing else is wanted.
      if (answer.follows && !this.pending) this.take(await engine.call("follow", []));
      this.dispatchEvent(new CustomEvent("scaling-answered", { bubbles: true }));
    } catch (error) {
      if (!(error instanceof Stuck)) this.tell(String(error));
    }
    this.isBusy = false;
    void this.flush();
  }

  /** The worker has ended: open this page afresh, with what was answered last. */
  async again() {
    if (!this.root) return;
    const { state } = this;
    const wasStuck = this.isBusy; // else something else on the page has ended it
    const hadFocus = this.contains(document.activeElement);
    this.root = "";
    this.pending = null;
    this.isBusy = false;
    views.clear();
    this.classList.remove("scaling-alive");
    try {
      const answer = await engine.call("open", [this.dataset.page]);
      this.take(answer);
      this.root = answer.value.root;
      const looks = this.looks();
      const { show, skip } = answer.value.question;
      if (show ?? skip) looks.push({ id: show ?? skip, message: { event: "click" } });
      // Both are asked at once, so that the picture is drawn once.
      const answers = await Promise.all([engine.call("react", [looks]), engine.call("restore", [this.root, state])]);
      for (const each of answers) this.take(each);
      this.state = state;
      this.place(this.root);
      this.classList.add("scaling-alive");
      if (hadFocus) /** @type {HTMLElement | null} */ (this.querySelector("input, select, button"))?.focus({ preventScroll: true });
      this.tell(wasStuck ? "The model took too long, so it was stopped and begun anew." : "Python was begun anew; this is where it was.");
    } catch (error) {
      this.showStill(String(error));
    }
  }

  /** Without what it takes, a still picture is shown, and one sentence. @param {string} why */
  showStill(why) {
    this.classList.remove("scaling-waiting");
    this.classList.add("scaling-show-still");
    if (why) this.tell(why);
    for (const node of this.querySelectorAll("button")) {
      node.disabled = node.dataset.part === "commit";
      node.ariaDisabled = null;
    }
    openWhatFollows(this);
  }

  /** @param {string} words */
  tell(words) {
    let line = /** @type {HTMLElement | null} */ (this.querySelector(":scope > .scaling-note"));
    if (!line) {
      line = make("p", { className: "scaling-note" });
      line.setAttribute("role", "status");
      this.append(line);
    }
    line.textContent = words;
  }
}

customElements.define("scaling-live", Live);
customElements.define("scaling-kept", kept.KeptFiles);
if ("serviceWorker" in navigator) {
  navigator.serviceWorker.register(new URL("../../sw.js", import.meta.url)).catch(() => {
    // Without it the site works as long as there is a network.
  });
}
Object.assign(globalThis, { scalingEngine: engine }); // for tests and the curious
