// Earlier versions of an exercise's answers: a list with times, what differs from now, and a way back.

import { button } from "./cell.js";
import { make } from "./native.js";

/** @typedef {import("./drafts.js").Version} Version */
/** @typedef {import("./drafts.js").State} State */

const BACK = "before going back";

export class Versions {
  /** @param {import("./exercise.js").Exercise} exercise */
  constructor(exercise) {
    this.exercise = exercise;
    this.list = make("div", { className: "scaling-versions", hidden: true, id: "scaling-versions" });
    this.button = button("Earlier versions", () => this.toggle());
    this.button.setAttribute("aria-expanded", "false");
    this.button.setAttribute("aria-controls", this.list.id);
  }

  toggle() {
    this.list.hidden = !this.list.hidden;
    this.button.setAttribute("aria-expanded", `${!this.list.hidden}`);
    this.draw();
  }

  draw() {
    if (this.list.hidden || !this.exercise.draft) return;
    const now = this.exercise.draft.state();
    const versions = this.exercise.draft.history();
    const list = make("ol");
    list.append(...versions.map((version) => this.item(version, now)));
    const none = make("p", { textContent: "There are none yet. One is kept before each run that follows a change." });
    this.list.replaceChildren(versions.length ? list : none);
  }

  /** @param {Version} version @param {State} now */
  item(version, now) {
    const item = make("li");
    const differing = this.differences(version, now);
    const look = make("details");
    const names = differing.map(({ label }) => label);
    look.append(make("summary", { textContent: `${when(version.saved)}, ${version.why}` }));
    look.append(make("p", { textContent: names.length ? `Other than now: ${names.join(", ")}.` : "Nothing is other than now." }));
    for (const { label, was } of differing) {
      look.append(make("p", { className: "scaling-version-label", textContent: `${label} then:` }));
      look.append(make("pre", { className: "scaling-printed", textContent: was, tabIndex: 0 }));
    }
    const back = button("Go back to this", () => this.goBack(version));
    back.setAttribute("aria-label", `Go back to this: ${when(version.saved)}, ${version.why}`);
    if (differing.length) look.append(back);
    item.append(look);
    return item;
  }

  /** What differs, as it was. @param {Version} version @param {State} now @returns {{label: string, was: string}[]} */
  differences(version, now) {
    const found = [];
    for (const cell of this.exercise.cells) {
      if (cell.kind !== "answer" && cell.kind !== "text") continue;
      const [was, is] = [version, now].map(({ answers }) => answers[cell.cellId] ?? cell.released);
      if (was !== is) found.push({ label: cell.label, was });
    }
    // Answers without a place in this release come back as cells of the learner's own.
    const places = new Set(this.exercise.cells.map(({ cellId }) => cellId));
    const lost = Object.entries(version.answers).filter(([id]) => !places.has(id));
    const [then, here] = [version.own, now.own].map((own) => own.map(({ source }) => source).join("\n\n"));
    const was = [then, ...lost.map(([, source]) => source)].filter(Boolean).join("\n\n");
    if (was !== here) found.push({ label: "Cells of your own", was });
    return found;
  }

  /** @param {Version} version */
  goBack({ answers, own, pictures, saved }) {
    const { exercise } = this;
    exercise.draft?.replace({ answers, own, pictures }, BACK);
    exercise.say(`Your answers are those of ${when(saved)}. Run from the top to have them checked. What was here before is the first of the earlier versions.`);
    this.button.focus();
  }
}

/** A moment as people say it. @param {string} saved */
function when(saved) {
  const time = new Date(saved);
  const isToday = time.toDateString() === new Date().toDateString();
  const clock = time.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
  return isToday ? `today ${clock}` : `${time.toLocaleDateString("en-GB", { day: "numeric", month: "long" })}, ${clock}`;
}
