// <scaling-cell>: a cell of an exercise with its editor, its buttons and what it shows. What runs when
// is decided by the exercise around it.

import { makeEditor } from "./editor.js";
import { make } from "./native.js";
import { fromMarkdown, isShort, pasted, plain, show } from "./outputs.js";

/** @typedef {{passed: boolean, points: number | null, isOpen: boolean, of: string}} Verdict  `of`: the answer's text that was checked */
/** @typedef {import("./exercise.js").Exercise} Exercise */

export const PATIENCE = 700; // milliseconds until a running cell says so
const [WAITING, RUNNING, CHANGED] = ["Waiting for what comes before …", "Running …", "Changed since it ran."];
const [SOON, AGAIN] = [200, 100]; // milliseconds until what a running cell shows is seen, and until it is seen anew
const PAUSE = 2500; // milliseconds without a key, after which the number of words is announced

/** @param {string} words @param {() => void} press @param {string} [className] */
export function button(words, press, className = "") {
  const node = make("button", { type: "button", textContent: words, className });
  node.addEventListener("click", () => {
    // A disabled button would lose the focus, so that a button that cannot be pressed only says so.
    if (node.getAttribute("aria-disabled") !== "true") press();
  });
  return node;
}

/** A line that screen readers read out when it changes. @param {string} className */
export function status(className) {
  const node = make("p", { className });
  node.setAttribute("role", "status");
  return node;
}

/** Put words into such a line; the same once more would not be read out. @param {HTMLElement} line @param {string} words */
export function announce(line, words) {
  if (line.textContent !== words) {
    line.textContent = words;
    return;
  }
  line.textContent = "";
  setTimeout(() => (line.textContent = words), 50);
}

/** Change such a line without its being read out: what runs again by itself is many lines at once. @param {HTMLElement | null} line */
function hush(line) {
  if (!line) return;
  line.setAttribute("aria-live", "off");
  setTimeout(() => line.removeAttribute("aria-live"), 1000);
}

/** Words as Python's \w+ finds them, without the stub. @param {string} text @param {string} stub */
function countWords(text, stub) {
  return (text.replace(stub, "").match(/[\p{L}\p{N}_]+/gu) ?? []).length;
}

/** @param {number} count @param {string} one */
export const many = (count, one) => `${count} ${one}${count === 1 ? "" : "s"}`;

export class Cell extends HTMLElement {
  constructor() {
    super();
    /** @type {Exercise | null} */
    this.exercise = null;
    this.released = ""; // the text that the exercise came with
    /** @type {import("./drafts.js").Pictures | undefined} that were pasted into a text of the learner's */
    this.pictures = undefined;
    /** @type {HTMLElement | null} a text of the learner's, or its pictures, as they are read */
    this.view = null;
    /** @type {import("./editor.js").Editor | null} */
    this.editor = null;
    /** @type {string | null} the text that ran last in this Python */
    this.ran = null;
    this.hasFailed = false;
    /** @type {Verdict | null} of a check */
    this.verdict = null;
    /** @type {HTMLElement | null} */
    this.output = null;
    /** @type {import("./outputs.js").Output[]} what it has shown since it began to run */
    this.soFar = [];
    this.isSeen = false; // some of that
    /** @type {any} until that is seen, or seen anew */
    this.drawing = 0;
    /** @type {HTMLElement | null} */
    this.bar = null;
    /** @type {HTMLElement | null} what tells how the cell's text and what ran are related */
    this.note = null;
    /** @type {HTMLElement | null} */
    this.line = null;
    /** @type {HTMLButtonElement | null} */
    this.main = null;
    /** @type {HTMLButtonElement | undefined} */
    this.stopper = undefined;
    /** @type {any} */
    this.timer = 0;
  }

  get cellId() {
    return this.dataset.id ?? "";
  }

  get kind() {
    return this.dataset.kind ?? "";
  }

  get label() {
    return this.dataset.label ?? "";
  }

  /** What the cell is called in sentences. */
  get called() {
    if (this.label) return this.label;
    return this.kind === "own" ? "your own cell" : "this cell";
  }

  get text() {
    return this.editor?.text ?? this.released;
  }

  set text(source) {
    if (!this.editor || source === this.editor.text || this.exercise?.isReadOnly) return;
    this.editor.text = source;
    this.edited();
  }

  get isCode() {
    return this.kind !== "text" && this.dataset.type !== "markdown";
  }

  /** Whether what ran last is another text than the one that is seen. */
  get isStale() {
    return this.ran !== null && this.ran !== this.text;
  }

  /** Take up the page's part of the cell. @param {Exercise} exercise @param {string} released @param {string} text */
  begin(exercise, released, text) {
    this.exercise = exercise;
    this.released = released;
    this.output = this.querySelector(".scaling-output");
    if (!this.output) {
      this.output = make("div", { className: "scaling-output", hidden: true });
      this.append(this.output);
    }
    if (["answer", "text", "own"].includes(this.kind)) this.beginEditor(text);
    if (this.kind === "text") this.beginCount();
    else if (this.isCode) this.beginBar();
    else this.beginText();
  }

  /** @param {string} text */
  beginEditor(text) {
    const exercise = /** @type {Exercise} */ (this.exercise);
    const source = this.querySelector("pre.scaling-source");
    const place = make("div", { className: "scaling-input" });
    if (source) source.replaceWith(place);
    else this.prepend(place);
    // The book listens to keys that are typed anywhere: a slash would lead to its search.
    place.addEventListener("keydown", (event) => event.stopPropagation());
    const label = this.kind === "own" ? "A cell of your own" : `${this.label}: answer`;
    this.editor = makeEditor({
      parent: place,
      text,
      label,
      kind: this.isCode ? "python" : "text",
      readOnly: exercise.isReadOnly,
      onChange: () => this.edited(),
      onRun: () => {
        if (this.isCode) void exercise.runAndGoOn(this);
        else if (this.main) this.setEditing(false);
      },
    });
  }

  beginBar() {
    const exercise = /** @type {Exercise} */ (this.exercise);
    const isCheck = this.kind === "check";
    // What an explorable or a field shows is on the page, and begins with it.
    if (this.kind === "given" && this.querySelector("scaling-live, scaling-fill")) return;
    this.bar = make("div", { className: "scaling-bar" });
    const words = isCheck ? "Check" : this.kind === "ending" ? "Show where I am" : "Run";
    const look = this.kind === "given" ? "scaling-aside" : isCheck ? "scaling-primary" : "";
    this.main = button(words, () => void (isCheck ? exercise.check(this) : exercise.runByHand(this)), look);
    if (this.kind !== "ending") this.main.setAttribute("aria-label", `${words}: ${this.called}`);
    this.main.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !event.shiftKey) return;
      event.preventDefault(); // As in a notebook, Shift and Enter run what has the focus.
      this.main?.click();
    });
    this.note = status("scaling-note");
    this.bar.append(this.main, this.note);
    if (this.kind === "answer") this.bar.append(button("Add a cell", () => exercise.addOwn(this.cellId), "scaling-aside"));
    if (this.kind === "own") this.bar.append(this.remover());
    if (isCheck) {
      this.line = status("scaling-verdict");
      this.line.setAttribute("aria-label", `${this.label}: verdict`);
      this.bar.after(this.line);
      this.output?.before(this.bar, this.line);
    } else this.output?.before(this.bar);
  }

  remover() {
    return button("Remove", () => this.exercise?.removeOwn(this), "scaling-aside");
  }

  /** Show a text of the learner's own as it is read; what is typed is seen when it is edited. */
  beginText() {
    this.bar = make("div", { className: "scaling-bar" });
    this.bar.append(this.remover());
    this.output?.before(this.bar);
    if (this.dataset.type !== "markdown") return; // What is raw is read as it is typed.
    this.view = make("div", { className: "scaling-read" });
    this.view.addEventListener("dblclick", () => {
      this.setEditing(true); // as in a notebook
      this.focusEditor();
    });
    this.bar.before(this.view);
    this.main = button("", () => this.setEditing(this.view?.hidden === false));
    this.bar.prepend(this.main);
    this.setEditing(!this.text.trim());
  }

  /** @param {boolean} isEditing */
  setEditing(isEditing) {
    const { view, main } = this;
    const place = this.editor?.dom.parentElement;
    if (!view || !main || !place) return;
    if (!isEditing) this.drawView();
    const hadFocus = this.contains(document.activeElement);
    place.hidden = !isEditing;
    view.hidden = isEditing;
    main.textContent = isEditing ? "Done" : "Edit";
    main.setAttribute("aria-label", `${main.textContent}: ${this.called}`);
    if (isEditing && hadFocus) this.focusEditor();
    else if (hadFocus) main.focus();
  }

  /** Draw the learner's text as it is read, or the pictures that were pasted into a judgement. */
  drawView() {
    const attachments = this.exercise?.draft?.attachments(this.pictures) ?? {};
    const images = Object.keys(attachments).map((name) => make("img", { src: pasted(`attachment:${name}`, attachments), alt: name }));
    this.view?.replaceChildren(...(this.kind === "text" ? images : [fromMarkdown(this.text, attachments)]));
  }

  /** Show the pictures of a judgement, which are handed in with it. @param {import("./drafts.js").Pictures | undefined} pictures */
  putPictures(pictures) {
    this.pictures = pictures;
    if (!pictures && !this.view) return;
    if (!this.view) {
      this.view = make("div", { className: "scaling-read" });
      this.note?.before(this.view);
    }
    this.drawView();
  }

  /** Count the words of a judgement as they are typed, and say so when the learner rests. */
  beginCount() {
    this.note = make("p", { className: "scaling-count" });
    this.note.setAttribute("aria-hidden", "true"); // It would be read at every key.
    this.line = status("scaling-hidden");
    this.output?.before(this.note, this.line);
    this.tellCount(false);
  }

  /** @param {boolean} isAnnounced */
  tellCount(isAnnounced) {
    const { least, most } = this.dataset;
    const count = countWords(this.text, this.released);
    const words = `${many(count, "word")}${least && most ? `; ${least} to ${most} are asked for` : ""}`;
    if (this.note) this.note.textContent = words;
    this.note?.classList.toggle("scaling-enough", count >= Number(least ?? 1) && count <= Number(most ?? Infinity));
    clearTimeout(this.timer);
    const line = this.line;
    if (!isAnnounced || !line) return;
    this.timer = setTimeout(() => {
      if (line.textContent !== words) line.textContent = words;
    }, PAUSE);
  }

  edited() {
    this.exercise?.edited(this);
    if (this.kind === "text") this.tellCount(true);
    this.mark();
    this.tellOthers();
  }

  /** What fills in this answer shows what is in it. */
  tellOthers() {
    this.dispatchEvent(new CustomEvent("scaling-edited", { bubbles: true }));
  }

  /** Show whether what ran is what is seen. */
  mark() {
    this.classList.toggle("scaling-stale", this.isStale);
    if (!this.note || this.kind === "text" || this.classList.contains("scaling-running")) return;
    if (this.isStale) this.tell(CHANGED);
    else if (this.note.textContent === CHANGED) this.tell("");
  }

  /** @param {string} words */
  tell(words) {
    if (this.note && this.note.textContent !== words) this.note.textContent = words;
  }

  /** Put a text here that is not typed: an earlier version, or a notebook's. @param {string} source */
  put(source) {
    if (this.editor && this.editor.text !== source) this.editor.text = source;
    if (this.kind === "text") this.tellCount(false);
    this.mark();
    this.tellOthers();
  }

  /** @param {boolean} isReadOnly */
  setReadOnly(isReadOnly) {
    this.editor?.setReadOnly(isReadOnly);
  }

  focusEditor() {
    this.editor?.focus();
  }

  // -------------------------------------------------------------- while it runs, and after

  /** It runs as soon as what is before it has ended. */
  showWaiting() {
    this.classList.add("scaling-waiting");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.tell(WAITING), PATIENCE);
  }

  /** @param {() => void} stop */
  showRunning(stop) {
    this.soFar = [];
    this.isSeen = false;
    this.classList.remove("scaling-waiting");
    this.classList.add("scaling-running");
    this.setAttribute("aria-busy", "true");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      if (!this.bar) return;
      this.tell(RUNNING);
      this.stopper ??= button("Stop", stop, "scaling-stop");
      this.stopper.setAttribute("aria-label", `Stop: ${this.called}`);
      this.main?.after(this.stopper);
    }, PATIENCE);
  }

  /** Take what it shows while it runs. @param {number} at the output's place @param {any} what the output, more text of it, or null where all is forgotten */
  hear(at, what) {
    if (what === null) this.soFar = [];
    else if (typeof what === "string") this.soFar[at] = { output_type: "stream", name: "stdout", ...this.soFar[at], text: (this.soFar[at]?.text ?? "") + what };
    else if (what.output_type) this.soFar[at] = what;
    // What a check says, and what ends soon, is shown when it has ended.
    if (this.kind !== "check") this.drawing ||= setTimeout(() => this.drawSoFar(), this.isSeen ? AGAIN : SOON);
  }

  drawSoFar() {
    this.drawing = 0;
    this.isSeen = true;
    show(/** @type {HTMLElement} */ (this.output), this.shownSoFar, this.called);
  }

  get shownSoFar() {
    return this.soFar.filter(Boolean);
  }

  /** It neither waits nor runs any more. */
  showRest() {
    clearTimeout(this.drawing);
    this.drawing = 0;
    clearTimeout(this.timer);
    this.classList.remove("scaling-running", "scaling-waiting");
    this.removeAttribute("aria-busy");
    const hadFocus = this.stopper?.contains(document.activeElement);
    this.stopper?.remove();
    this.stopper = undefined;
    if (hadFocus) this.main?.focus();
    if ([WAITING, RUNNING].includes(this.note?.textContent ?? "")) this.tell("");
  }

  /** What follows is not read out. */
  hush() {
    hush(this.note);
    hush(this.line);
  }

  /** Show what a run gave. @param {any} value @param {string} source @param {boolean} isSilent */
  take(value, source, isSilent) {
    this.ran = source;
    this.hasFailed = value.status === "error";
    if (!isSilent || (this.hasFailed && this.kind === "given")) show(/** @type {HTMLElement} */ (this.output), this.asSeen(value.outputs), this.called);
    this.classList.toggle("scaling-failed", this.hasFailed && this.kind !== "check");
    if (!isSilent && this.kind !== "check") this.tell(this.hasFailed ? "Stopped with an error." : "Ran.");
    this.mark();
  }

  /** Outputs, of which those that are seen already are the same objects. @param {import("./outputs.js").Output[]} outputs */
  asSeen(outputs) {
    if (!this.isSeen) return outputs;
    return outputs.map((output, at) => (JSON.stringify(output) === JSON.stringify(this.soFar[at]) ? this.soFar[at] : output));
  }

  /** Show what a check says. @param {any} value @param {string} of the text of the answer that was checked */
  takeVerdict(value, of) {
    const { outputs, passed, points } = value;
    const isOpen = passed === null || outputs.some((/** @type {any} */ one) => one.ename === "NotDone");
    this.verdict = { passed: passed === true, points, isOpen, of };
    // The value of a check is its points, which the toolbar counts.
    const said = outputs.filter((/** @type {any} */ one) => one.output_type !== "execute_result");
    const long = said.filter((/** @type {any} */ one) => !isShort(one));
    show(/** @type {HTMLElement} */ (this.output), long, this.called);
    if (this.line) announce(this.line, plain(said));
    this.showMark();
  }

  /** Which mark the question has: right, part, wrong, or old where the answer has changed since. */
  get state() {
    if (!this.verdict) return "";
    if (this.verdict.of !== this.exercise?.answerOf(this)?.text) return "old";
    if (this.verdict.passed) return "right";
    if (this.verdict.points) return "part";
    return this.verdict.isOpen ? "" : "wrong";
  }

  /** The points that the answer had when it was checked. */
  get reached() {
    return this.verdict?.passed ? Number(this.dataset.points ?? 0) : (this.verdict?.points ?? 0);
  }

  /** The points that the answer as it is seen has. */
  get points() {
    return this.state === "right" || this.state === "part" ? this.reached : 0;
  }

  showMark() {
    this.dataset.state = this.state;
  }

  /** This Python has forgotten everything. */
  forget() {
    this.ran = null;
    this.hasFailed = false;
    this.showRest();
    this.mark();
  }

  /** Forget also what is shown: the exercise is begun afresh. */
  clear() {
    this.forget();
    this.verdict = null;
    if (this.kind !== "given" && this.output) show(this.output, [], this.called);
    if (this.line && this.kind === "check") this.line.textContent = "";
    this.classList.remove("scaling-failed");
    if (this.kind !== "text") this.tell("");
  }

  /** It was stopped while it ran: what it had shown stays, and below it is said why no more came. @param {string} note @param {string} why */
  stopped(note, why) {
    if (this.kind === "given") return this.tell(why);
    this.verdict = null;
    if (this.line && this.kind === "check") this.line.textContent = "";
    show(/** @type {HTMLElement} */ (this.output), [...this.shownSoFar, { output_type: "error", traceback: [why] }], this.called);
    this.tell(note);
  }
}

customElements.define("scaling-cell", Cell);
