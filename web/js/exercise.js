// <scaling-exercise>: an exercise on its page. It keeps what is typed, begins Python, and decides what
// runs when, as a notebook does: in one memory, one cell at a time, in the order of the page.

import { Cell, PATIENCE, button, many, status } from "./cell.js";
import * as drafts from "./drafts.js";
import { Broken, assetsOf, engine, isHere, Stuck } from "./engine.js";
import { make } from "./native.js";
import * as notebook from "./notebook.js";
import { Versions } from "./versions.js";

/** @typedef {import("./drafts.js").State} State */

const LIMIT = 30_000; // milliseconds for one cell

/** What was queued before Python ended is not run in the next one. */
class Dropped extends Error {}

export class Exercise extends HTMLElement {
  constructor() {
    super();
    this.limit = LIMIT;
    /** @type {drafts.Draft | null} */
    this.draft = null;
    /** @type {any} the notebook as it was released */
    this.released = null;
    /** @type {Promise<void> | null} Python with the cells that came with the page */
    this.session = null;
    this.count = 0; // of the Pythons that were begun
    this.drops = 0; // how often what was to run was dropped, because Python ended
    this.isRestarting = false; // as the learner wished
    /** @type {Promise<void>} the end of what is to run */
    this.last = Promise.resolve();
    /** @type {Cell | null} */
    this.running = null;
    /** @type {any} */
    this.timer = 0;
    this.wasStopped = false; // by the learner
    /** @type {Set<string>} the checks that are run again where Python begins anew */
    this.passed = new Set();
    /** @type {Map<string, Element>} the words "Question 2" in the prompts */
    this.numbers = new Map();
    this.points = make("strong", { className: "scaling-points" });
    this.state = status("scaling-state");
    this.said = status("scaling-said");
    this.findings = make("ul", { className: "scaling-findings", hidden: true });
    this.progress = make("progress", { max: 1, value: 0, hidden: true, ariaLabel: "Loading Python" });
  }

  connectedCallback() {
    if (this.released) return;
    this.released = {};
    this.begin().catch((error) => {
      console.error(error);
      this.append(this.said);
      this.say("This exercise cannot be started here. Load the page once more, or take the notebook to JupyterLab.");
    });
  }

  get name() {
    return this.dataset.name ?? "";
  }

  get isReadOnly() {
    return this.draft?.isReadOnly ?? false;
  }

  /** @returns {Cell[]} in the order of the page */
  get cells() {
    return /** @type {Cell[]} */ ([...document.querySelectorAll("scaling-cell")]);
  }

  async begin() {
    const response = await fetch(new URL(this.dataset.notebook ?? "", document.baseURI));
    if (!response.ok) throw new Error(`The notebook cannot be fetched: ${response.status}`);
    const text = await response.text();
    this.released = JSON.parse(text);
    /** @type {Map<string, string>} */
    const sources = new Map(this.released.cells.map((/** @type {any} */ cell) => [cell.id, [cell.source].flat().join("")]));
    const asked = this.cells.filter(({ kind }) => kind === "answer" || kind === "text");
    const answers = new Map(asked.map(({ cellId }) => [cellId, sources.get(cellId) ?? ""]));
    const draft = await drafts.open(this.name, this.dataset.release ?? (await digest(text)), answers);
    this.draft = draft;
    this.passed = new Set(Object.keys(draft.points()));
    for (const cell of this.cells) {
      const source = sources.get(cell.cellId) ?? "";
      cell.begin(this, source, draft.answer(cell.cellId) ?? source);
      if (cell.kind === "text") cell.putPictures(draft.pictures[cell.cellId]);
    }
    for (const number of document.querySelectorAll("article strong")) {
      const label = number.textContent?.trim() ?? "";
      if (!this.numbers.has(label)) this.numbers.set(label, number);
    }
    this.placeOwn();
    this.drawToolbar();
    this.tellPoints();
    draft.addEventListener("replaced", () => this.putAll());
    draft.addEventListener("readonly", () => this.tellWindows());
    draft.addEventListener("trouble", () => this.tellTrouble());
    engine.addEventListener("restart", (event) => this.goOn(/** @type {CustomEvent} */ (event).detail));
    if (draft.isReadOnly) this.tellWindows();
    if (draft.setAside) this.say("What this browser kept of this exercise cannot be read. It is left as it is, and nothing is lost by going on.");
    const isReady = engine.isLoaded || (await isHere());
    if (this.starter) this.starter.hidden = isReady || this.session !== null;
    this.classList.add("scaling-alive");
    this.dispatchEvent(new CustomEvent("scaling-begun", { bubbles: true }));
    if (isReady) this.start();
  }

  // -------------------------------------------------------------- the toolbar

  drawToolbar() {
    this.stopper = button("Stop", () => this.stop(), "scaling-stop");
    this.starter = button("Start Python", () => this.start());
    this.mover = button("Use it here instead", () => void this.draft?.takeOver());
    this.mover.hidden = true;
    this.versions = new Versions(this);
    const strip = make("div", { className: "scaling-strip" });
    strip.append(this.points, this.state, this.progress, this.stopper);
    const file = make("input", { type: "file", accept: ".ipynb", className: "scaling-hidden", tabIndex: -1, ariaHidden: "true" });
    file.addEventListener("change", () => {
      const [chosen] = file.files ?? [];
      file.value = "";
      if (chosen) void this.open(chosen);
    });
    this.opener = button("Open my notebook", () => file.click());
    const buttons = make("div", { className: "scaling-buttons" });
    buttons.append(
      this.starter,
      button("Run from the top", () => void this.runAll()),
      button("Download my notebook", () => this.download()),
      this.opener,
      file,
      this.versions.button,
      button("Begin afresh", () => this.beginAfresh()),
    );
    const bar = make("div", { className: "scaling-toolbar" });
    bar.setAttribute("role", "group");
    bar.setAttribute("aria-label", "The whole exercise");
    bar.append(buttons, this.said, this.mover, this.findings, this.versions.list);
    this.append(strip, bar);
    this.setBusy(false);
    const starter = this.starter;
    assetsOf().then(({ bytes }) => (starter.textContent = `Start Python (${Math.ceil(bytes / 1e6)} MB, once)`));
  }

  /** Say what happened last, below the buttons. @param {string} words */
  say(words) {
    this.said.textContent = words;
    this.findings.hidden = true;
  }

  /** Say in the strip what Python does. @param {string} words */
  tell(words) {
    if (this.state.textContent !== words) this.state.textContent = words;
  }

  /** @param {boolean} isBusy */
  setBusy(isBusy) {
    const { stopper } = this;
    clearTimeout(this.timer);
    if (!stopper) return;
    if (isBusy) this.timer = setTimeout(() => (stopper.hidden = false), PATIENCE);
    else {
      if (stopper === document.activeElement) this.focusState();
      stopper.hidden = true;
    }
  }

  tellPoints() {
    const checks = this.cells.filter(({ kind }) => kind === "check");
    const all = checks.reduce((sum, { dataset }) => sum + Number(dataset.points ?? 0), 0);
    const reached = checks.reduce((sum, { points }) => sum + points, 0);
    this.points.textContent = drafts.soFar(reached, all);
    for (const check of checks) {
      check.showMark();
      this.markQuestion(check.label, check.state);
    }
  }

  /** Put a mark beside a question's number. @param {string} label @param {string} state */
  markQuestion(label, state) {
    const number = this.numbers.get(label);
    if (!number) return;
    let mark = number.querySelector(".scaling-mark");
    if (!mark && state) number.append((mark = make("span", { className: "scaling-mark" })));
    const [sign, words] = MARKS[state] ?? ["", ""];
    if (!mark || mark.getAttribute("data-state") === state) return;
    mark.setAttribute("data-state", state);
    const shown = make("span", { textContent: sign, ariaHidden: "true" });
    mark.replaceChildren(...(sign ? [shown, make("span", { className: "scaling-hidden", textContent: `, ${words}` })] : []));
  }

  // -------------------------------------------------------------- Python

  /** Begin Python without waiting for it. */
  start() {
    const hadFocus = document.activeElement === this.starter;
    void this.enqueue(() => this.ready()).then(() => {
      if (hadFocus && document.activeElement === document.body) this.focusState();
    });
  }

  focusState() {
    this.state.tabIndex = -1;
    this.state.focus({ preventScroll: true });
  }

  /** Have Python with everything that came with the page, and what the learner ran before. @returns {Promise<void>} */
  ready() {
    if (!this.session) {
      this.session = this.beginSession();
      this.session.catch((error) => {
        if (error instanceof Stuck || error instanceof Dropped) return; // Another is on its way.
        this.session = null;
        console.error(error);
        this.tell("Python cannot be started in this browser.");
        if (this.starter) this.starter.hidden = false;
      });
    }
    return this.session;
  }

  async beginSession() {
    const count = ++this.count;
    if (!engine.isLoaded) await this.load();
    this.tell("Python starts …");
    await engine.call("begin_exercise", [this.name]);
    for (const cell of this.cells) {
      if (cell.kind !== "given" || isShownByPage(cell)) continue;
      this.stay(count);
      await this.execute(cell, { isSilent: true });
    }
    await engine.seal();
    await this.runAgain(count);
    this.stay(count);
    this.tell("Python is ready.");
  }

  async load() {
    const { starter, progress } = this;
    const hadFocus = starter === document.activeElement;
    const all = (await assetsOf()).bytes / 1e6;
    const isFetched = !(await isHere());
    const show = (/** @type {any} */ { detail }) => {
      progress.hidden = !isFetched;
      progress.value = detail;
      // Each tenth is enough for those who hear it.
      const part = Math.floor(detail * 10) / 10;
      if (isFetched && detail < 1) this.tell(`Loading Python, once: ${Math.round(part * all)} of ${Math.round(all)} MB`);
    };
    if (isFetched) this.tell(`Loading Python, once: 0 of ${Math.round(all)} MB`);
    engine.addEventListener("progress", show);
    if (starter) starter.hidden = true;
    if (hadFocus) this.focusState();
    try {
      await engine.load();
    } finally {
      engine.removeEventListener("progress", show);
      progress.hidden = true;
    }
  }

  /** Run what the learner has answered, so that all is as it was before Python began anew. @param {number} count */
  async runAgain(count) {
    const { passed } = this;
    const unfinished = new Set(this.draft?.unfinished());
    for (const cell of this.cells) {
      this.stay(count);
      if (cell.kind === "check" && passed.has(cell.cellId)) {
        const answer = this.answerOf(cell);
        cell.hush();
        if (answer?.ran === answer?.text) await this.executeCheck(cell);
      }
      if (!isAnswer(cell) || cell.text === cell.released || !cell.text.trim()) continue;
      if (unfinished.has(cell.cellId)) {
        if (!cell.note?.textContent) cell.tell("Not run by itself, because it did not end when it ran last.");
      } else {
        cell.hush();
        await this.execute(cell);
      }
    }
    this.tellPoints();
  }

  /** @param {number} count of the Python that something is to happen in */
  stay(count) {
    if (count !== this.count) throw new Dropped();
  }

  /** Do one thing after the other. @param {() => Promise<void>} work @returns {Promise<void>} */
  enqueue(work) {
    const { drops } = this;
    this.last = this.last
      .then(() => (drops === this.drops ? work() : undefined))
      .catch((error) => {
        if (!(error instanceof Stuck || error instanceof Dropped)) console.error(error);
      });
    return this.last;
  }

  /** End what runs; Python is begun anew, with everything but that. */
  stop() {
    if (!this.running) return;
    this.wasStopped = true;
    engine.restart();
  }

  /** Python has ended, because of a cell or of a picture on the page: begin it anew as it was. @param {Error} why */
  goOn(why) {
    if (!this.session) return;
    const [cell, wasStopped] = [this.running, this.wasStopped];
    this.running = null;
    this.wasStopped = false;
    this.session = null;
    this.count += 1;
    this.setBusy(false);
    for (const one of this.cells) one.forget();
    if (this.isRestarting) return;
    this.drops += 1;
    this.tell("Python is begun anew …");
    void this.enqueue(async () => {
      await this.ready();
      this.tell(cell ? `${sentence(cell.called)} was stopped. Python is ready again.` : "Python was begun anew, with your answers.");
    });
    if (!cell) return;
    const limit = many(this.limit / 1000, "second");
    if (wasStopped) cell.stopped("Stopped.", "It was stopped here.");
    else if (why instanceof Broken) cell.stopped("Stopped.", "Python broke down here, and was begun anew.");
    else cell.stopped(`Stopped after ${limit}.`, `It was stopped here, because it took more than ${limit}. Is there a loop that does not end?`);
    if (cell.kind === "check") {
      this.passed.delete(cell.cellId); // It would not end now, either.
      this.draft?.setPoints(cell.cellId, 0);
    }
    this.tellPoints();
  }

  // -------------------------------------------------------------- running

  /** @param {Cell} cell @param {{isSilent?: boolean}} [how] */
  async execute(cell, { isSilent = false } = {}) {
    const source = cell.text;
    const value = await this.send(cell, source, isSilent);
    cell.take(value, source, isSilent);
    this.tellPoints();
  }

  /** @param {Cell} cell */
  async executeCheck(cell) {
    const answer = this.answerOf(cell);
    const of = answer?.text ?? "";
    cell.takeVerdict(await this.send(cell, cell.released), of);
    this.tellPoints();
    const { reached } = cell;
    if (reached) this.passed.add(cell.cellId);
    else this.passed.delete(cell.cellId);
    this.draft?.setPoints(cell.cellId, reached);
  }

  /** @param {Cell} cell @param {string} source @param {boolean} [isSilent] @returns {Promise<any>} what `run_cell` gives */
  async send(cell, source, isSilent = false) {
    const { draft } = this;
    const isOwn = isAnswer(cell);
    if (isOwn) draft?.setUnfinished(cell.cellId, true);
    this.running = cell;
    this.setBusy(true);
    cell.showRunning(() => this.stop());
    const text = cell.kind === "ending" && draft ? notebook.filled(this.released, draft.state()) : null;
    try {
      const hear = isSilent ? undefined : cell.hear.bind(cell);
      const answer = await engine.call("run_cell", [cell.cellId, source, text], this.limit, hear);
      if (answer.fault) throw new Error(answer.fault);
      if (isOwn) draft?.setUnfinished(cell.cellId, false);
      return answer.value;
    } catch (error) {
      if (!(error instanceof Stuck)) cell.tell("This could not be run here.");
      throw error;
    } finally {
      cell.showRest();
      if (this.running === cell) {
        this.running = null;
        this.setBusy(false);
      }
    }
  }

  /** @param {Cell} cell */
  runByHand(cell) {
    if (isAnswer(cell)) this.draft?.snapshot(drafts.RUN);
    cell.showWaiting();
    return this.enqueue(async () => {
      await this.ready();
      await this.runData(cell);
      await this.execute(cell);
    }).finally(() => cell.showRest());
  }

  /**
   * Run what gives the learner data of their own, in front of a cell that may need them, where it
   * did not run as it is: a notebook that is opened has such cells, and nothing of it has run.
   * @param {Cell} cell
   */
  async runData(cell) {
    const { cells } = this;
    for (const one of cells.slice(0, cells.indexOf(cell))) {
      if (one.kind === "own" && GIVES_DATA.test(one.cellId) && one.ran !== one.text) await this.execute(one);
    }
  }

  /** As in a notebook, Shift and Enter go on to what follows. @param {Cell} cell */
  runAndGoOn(cell) {
    const { cells } = this;
    const next = cells.slice(cells.indexOf(cell) + 1).find((one) => one.kind !== "given");
    if (next?.kind === "check") next.main?.focus();
    else next?.focusEditor();
    return this.runByHand(cell);
  }

  /** Check an answer, which is run first unless it ran as it is. @param {Cell} cell */
  check(cell) {
    this.draft?.snapshot(drafts.RUN);
    cell.showWaiting();
    return this.enqueue(async () => {
      await this.ready();
      await this.runData(cell);
      const answer = this.answerOf(cell);
      if (answer && answer.ran !== answer.text) await this.execute(answer);
      await this.executeCheck(cell);
    }).finally(() => cell.showRest());
  }

  /** Begin Python anew, and run everything that the learner has answered, and its checks. */
  runAll() {
    this.draft?.snapshot(drafts.RUN);
    return this.enqueue(async () => {
      this.passed = new Set(this.cells.filter(({ kind }) => kind === "check").map(({ cellId }) => cellId));
      for (const id of this.draft?.unfinished() ?? []) this.draft?.setUnfinished(id, false);
      if (this.session) {
        this.isRestarting = true;
        engine.restart();
        this.isRestarting = false;
      }
      await this.ready();
      // What was not checked now, because its answer is blank again, gives nothing any more.
      for (const cell of this.cells) if (cell.kind === "check") this.draft?.setPoints(cell.cellId, cell.points);
      this.tell("All your answers were run, from the top.");
    });
  }

  /** @param {Cell} check @returns {Cell | undefined} the cell that a check is about */
  answerOf(check) {
    return this.cells.find(({ dataset, kind }) => dataset.grade === check.cellId && kind === "answer");
  }

  // -------------------------------------------------------------- what is typed, and kept

  /** A text was typed. @param {Cell} cell */
  edited(cell) {
    if (cell.kind === "own") this.draft?.setOwn(this.ownCells());
    else this.draft?.setAnswer(cell.cellId, cell.text);
    if (cell.kind === "answer") this.tellPoints();
  }

  /** @returns {drafts.Own[]} */
  ownCells() {
    return this.cells
      .filter(({ kind }) => kind === "own")
      .map(({ cellId: id, dataset, text, pictures }) => ({
        after: dataset.after ?? "", id, cell_type: dataset.type ?? "code", source: text, ...(pictures ? { pictures } : {}),
      }));
  }

  /** Show the draft, which is another now. */
  putAll() {
    for (const cell of this.cells) {
      if (cell.kind === "answer" || cell.kind === "text") cell.put(this.draft?.answer(cell.cellId) ?? cell.released);
      if (cell.kind === "text") cell.putPictures(this.draft?.pictures[cell.cellId]);
      if (cell.kind === "own") cell.remove();
    }
    this.placeOwn();
    this.tellPoints();
    this.versions?.draw();
  }

  placeOwn() {
    for (const own of this.draft?.own ?? []) this.place(own);
  }

  /** @param {drafts.Own} own @param {boolean} [isFirst] whether it comes before those that are there already */
  place({ after, id, cell_type: type, source, pictures }, isFirst = false) {
    const cell = /** @type {Cell} */ (make(/** @type {any} */ ("scaling-cell")));
    Object.assign(cell.dataset, { id, kind: "own", type, after });
    cell.id = id;
    cell.setAttribute("role", "group");
    cell.setAttribute("aria-label", "A cell of your own");
    const found = after ? document.querySelector(`:is(scaling-cell, .scaling-prompt, .scaling-text)[data-id="${CSS.escape(after)}"]`) : this;
    let place = found ?? this.cells.filter(({ kind }) => kind !== "ending").at(-1) ?? this;
    const isBehind = (/** @type {Element | null} */ next) => next instanceof Cell && next.kind === "own";
    while (!isFirst && isBehind(place.nextElementSibling)) place = /** @type {Element} */ (place.nextElementSibling);
    place.after(cell);
    cell.pictures = pictures;
    cell.begin(this, "", source);
    return cell;
  }

  /** @param {string} after */
  addOwn(after) {
    if (this.isReadOnly) return;
    const id = [...crypto.getRandomValues(new Uint8Array(4))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    const cell = this.place({ after, id, cell_type: "code", source: "" }, true);
    this.draft?.setOwn(this.ownCells());
    cell.focusEditor();
  }

  /** @param {Cell} cell */
  removeOwn(cell) {
    if (this.isReadOnly) return;
    this.draft?.snapshot("before a cell was removed");
    const { cells } = this;
    const next = cells.slice(0, cells.indexOf(cell)).findLast(({ editor }) => editor);
    cell.remove();
    this.draft?.setOwn(this.ownCells());
    if (next) next.focusEditor();
    else this.focusState();
    this.say("The cell is removed. Earlier versions has it still.");
  }

  beginAfresh() {
    if (this.isReadOnly) return;
    this.draft?.replace({ answers: {}, own: [] }, "before it was begun afresh");
    this.forgetPassed();
    for (const cell of this.cells) cell.clear();
    this.tellPoints();
    this.say("Everything is as it was when it was handed out. Earlier versions has what you wrote.");
    if (this.session) void this.runAll();
  }

  forgetPassed() {
    this.passed = new Set();
    this.draft?.forgetPoints();
  }

  download() {
    if (!this.draft) return;
    notebook.save(this.name, notebook.filled(this.released, this.draft.work()));
    this.say("Your notebook is saved where your browser keeps downloads.");
  }

  /** @param {File} file */
  async open(file) {
    const { draft } = this;
    if (!draft || draft.isReadOnly) return;
    this.say(`${file.name} is being read …`);
    try {
      const found = await notebook.take(this.name, file);
      if (found.refused) {
        this.say(found.refused);
        if (found.other) this.said.append(" ", make("a", { href: found.other.page, textContent: found.other.title }));
        return;
      }
      draft.replaceByWork(found, `before ${file.name} was opened`);
      this.forgetPassed();
      this.say(`${file.name} is here now. Run from the top to have it checked. Earlier versions has what was here before.`);
      this.findings.replaceChildren(...found.findings.map(({ text }) => make("li", { textContent: text })));
      this.findings.hidden = !found.findings.length;
    } catch (error) {
      console.error(error);
      this.say(`${file.name} cannot be read here, and nothing has changed.`);
    }
  }

  tellWindows() {
    for (const cell of this.cells) cell.setReadOnly(this.isReadOnly);
    if (!this.mover) return;
    const hadFocus = document.activeElement === this.mover;
    this.mover.hidden = !this.isReadOnly;
    this.say(this.isReadOnly ? "This exercise is open in another window. Here it can be read and run, but not changed." : "It can be changed here now.");
    if (hadFocus && !this.isReadOnly) this.focusState();
  }

  tellTrouble() {
    this.say(this.draft?.isKept ? "This browser keeps what you type again." : drafts.unkept);
  }
}

/** @type {Record<string, [string, string]>} */
const MARKS = {
  right: ["✔", "right"],
  part: ["◐", "right in part"],
  wrong: ["○", "still open"],
  old: ["…", "changed since it was checked"],
};

/** The ids of cells that an exercise has where each student has data of their own. */
const GIVES_DATA = /^m\d-mine(-[a-z0-9-]+)?$/; // as grading/release.py names them

/** @param {Cell} cell */
const isAnswer = (cell) => cell.kind === "answer" || (cell.kind === "own" && cell.isCode);

/** Whether a cell does nothing but show what is alive on the page by itself. @param {Cell} cell */
const isShownByPage = (cell) => cell.querySelector("scaling-live, scaling-fill") !== null && /^[\w.]+\([^\n]*\)$/.test(cell.released.trim());

/** @param {string} words */
const sentence = (words) => words.charAt(0).toUpperCase() + words.slice(1);

/** @param {string} text */
async function digest(text) {
  if (!crypto.subtle) return ""; // Without https there is none.
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return [...bytes.slice(0, 6)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

customElements.define("scaling-exercise", Exercise);
