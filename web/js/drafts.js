// What a learner types into an exercise, kept in the browser: the newest state, and earlier ones.

/** @typedef {Record<string, Record<string, string>>} Attachments  pictures that were pasted into a text: by name, base64 by kind */
/** @typedef {Record<string, string>} Pictures  the same by name, as the names under which they are kept once for all states */
/** @typedef {{after: string, id: string, cell_type: string, source: string, pictures?: Pictures}} Own  a cell of the learner's own */
/** @typedef {{answers: Record<string, string>, own: Own[], pictures?: Record<string, Pictures>}} State  `pictures`: of answers, by the cell's id */
/** @typedef {State & {saved: string, why: string}} Version  an earlier state, and before what it was noted */

const PREFIX = "does-it-scale-exercises/";
const FORMAT = 1;
const SOON = 250; // milliseconds from a key to the storage
const MOST = 10; // earlier states
const MOST_RUNS = 6; // of these, states before a run, so that they do not displace all others
export const RUN = "before a run";
const ELSEWHERE = "typed in another window";

export const unkept =
  "This browser keeps nothing for this page. Download your notebook before you close it. Everything else works.";

/** @param {string} key @returns {string | null} */
function read(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null; // Storage is forbidden; writing says so.
  }
}

/** @param {string} key @param {string | null} text @returns {boolean} whether it is in the storage */
function write(key, text) {
  try {
    if (text === null) localStorage.removeItem(key);
    else localStorage.setItem(key, text);
    return true;
  } catch {
    return false;
  }
}

/** @param {any} found @returns {found is State} */
function isState(found) {
  const isText = (/** @type {unknown} */ one) => typeof one === "string";
  const arePictures = (/** @type {any} */ one) => Object.values(one ?? {}).every(isText);
  return (
    Object.values(found?.answers ?? [null]).every(isText) &&
    Array.isArray(found.own) &&
    found.own.every((/** @type {any} */ one) => [one.after, one.id, one.cell_type, one.source].every(isText) && arePictures(one.pictures)) &&
    Object.values(found.pictures ?? {}).every(arePictures)
  );
}

/** What is in the storage as JSON; null where nothing is, or nothing that can be read. @param {string} key @returns {any} */
function parsed(key) {
  try {
    return JSON.parse(read(key) ?? "null");
  } catch {
    return null;
  }
}

/** @param {string} key @returns {Record<string, number>} */
function points(key) {
  const found = Object.entries(parsed(`${key}.points`) ?? {});
  return Object.fromEntries(found.filter(([, reached]) => typeof reached === "number"));
}

/**
 * How far a reader has come with an exercise, in words. @param {number} reached @param {number} all
 */
export const soFar = (reached, all) => `${Math.round(reached * 100) / 100} of ${all} points so far`;

/**
 * What is kept of an exercise, without opening it.
 * @param {string} name the exercise's folder @returns {{isBegun: boolean, reached: number}}
 */
export function glance(name) {
  const key = PREFIX + name;
  const reached = Object.values(points(key)).reduce((sum, one) => sum + one, 0);
  return { isBegun: read(key) !== null, reached };
}

/** @param {State} one @param {State} other */
const isSame = (one, other) => JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));

/** @param {State} state */
const sorted = ({ answers, own, pictures = {} }) => [Object.entries(answers).sort(), own, Object.entries(pictures).sort()];

/** The names under which the pictures of a state are kept. @param {State} state */
const picturesIn = ({ own, pictures = {} }) => [...Object.values(pictures), ...own.map((one) => one.pictures ?? {})].flatMap((one) => Object.values(one));

/**
 * The answers to one exercise. It tells by events what the page has to show:
 * "replaced" (all texts are others now), "readonly" (another window writes, or no longer does),
 * "trouble" (what is typed cannot be kept).
 */
export class Draft extends EventTarget {
  /**
   * @param {string} name the exercise's folder
   * @param {string} release which release of the exercise this is
   * @param {Map<string, string>} released the texts of the cells that are to be answered, by id, in order
   */
  constructor(name, release, released) {
    super();
    this.key = PREFIX + name;
    this.release = release;
    this.released = released;
    /** @type {Record<string, string>} what differs from the release, by the cell's id */
    this.answers = {};
    /** @type {Own[]} */
    this.own = [];
    /** @type {Record<string, Pictures>} */
    this.pictures = {};
    /** @type {Record<string, Record<string, string>>} every picture that a state has, by the name under which it is kept */
    this.kept = {};
    this.arePicturesKept = true;
    this.isReadOnly = false;
    this.isKept = true;
    this.isUnwritten = false;
    this.isWaiting = false;
    /** @type {Version[]} where the storage takes none, they last until the page is closed */
    this.unwrittenHistory = [];
    /** @type {any} */
    this.timer = 0;
    /** @type {string | null} what this page knows to be in the storage */
    this.stored = null;
    this.setAside = "";
    this.load();
    const flush = () => this.flush();
    for (const event of ["pagehide", "blur", "freeze"]) addEventListener(event, flush);
    document.addEventListener("visibilitychange", flush);
    addEventListener("beforeunload", (event) => {
      this.flush();
      if (this.isUnwritten && !this.isReadOnly) event.preventDefault(); // The browser asks whether to leave.
    });
    addEventListener("storage", ({ key }) => {
      if (key === this.key && !this.isReadOnly && this.isOvertaken()) this.lose();
    });
  }

  /** The learner's text of a cell, if it is not the release's. @param {string} id @returns {string | undefined} */
  answer(id) {
    return this.answers[id];
  }

  /** @param {string} id @param {string} source */
  setAnswer(id, source) {
    if (this.isReadOnly || source === (this.answers[id] ?? this.released.get(id))) return;
    if (source === this.released.get(id)) delete this.answers[id];
    else this.answers[id] = source;
    this.writeSoon();
  }

  /** @param {Own[]} own */
  setOwn(own) {
    if (this.isReadOnly) return;
    this.own = own;
    this.writeSoon();
  }

  /** @returns {State} */
  state() {
    const pictures = Object.keys(this.pictures).length ? { pictures: { ...this.pictures } } : {};
    return { answers: { ...this.answers }, own: this.own.map((one) => ({ ...one })), ...pictures };
  }

  /** The same as a notebook has it: with the pictures themselves. @returns {import("./notebook.js").Work} */
  work() {
    const { answers, own } = this.state();
    const attachments = Object.fromEntries(Object.entries(this.pictures).map(([id, one]) => [id, this.attachments(one)]));
    const whole = (/** @type {Own} */ { pictures, ...one }) => (pictures ? { ...one, attachments: this.attachments(pictures) } : one);
    return { answers, own: own.map(whole), attachments };
  }

  /** @param {Pictures | undefined} pictures @returns {Attachments} */
  attachments(pictures = {}) {
    return Object.fromEntries(Object.entries(pictures).map(([name, as]) => [name, this.kept[as] ?? {}]));
  }

  /**
   * Put what was taken out of a notebook into the place of what is here, which stays among the earlier states.
   * @param {import("./notebook.js").Work} work @param {string} why
   */
  replaceByWork({ answers, own, attachments }, why) {
    if (this.isReadOnly) return;
    const pictures = Object.fromEntries(Object.entries(attachments).map(([id, one]) => [id, this.keepPictures(one)]));
    const reduced = (/** @type {import("./notebook.js").OwnCell} */ { attachments: some, ...one }) => (some ? { ...one, pictures: this.keepPictures(some) } : one);
    this.arePicturesKept = false;
    this.replace({ answers, own: own.map(reduced), pictures }, why);
  }

  /** @param {Attachments} attachments @returns {Pictures} */
  keepPictures(attachments) {
    return Object.fromEntries(
      Object.entries(attachments).map(([name, picture]) => {
        const text = JSON.stringify(picture);
        const names = Object.keys(this.kept);
        const as = names.find((one) => JSON.stringify(this.kept[one]) === text) ?? `${Math.max(0, ...names.map(Number)) + 1}`;
        this.kept[as] = picture;
        return [name, as];
      }),
    );
  }

  /** Write the pictures that a state has, and forget all others. @returns {boolean} whether they are in the storage */
  writePictures() {
    const had = new Set([this.state(), ...this.history()].flatMap(picturesIn));
    this.kept = Object.fromEntries(Object.entries(this.kept).filter(([as]) => had.has(as)));
    this.arePicturesKept = write(`${this.key}.pictures`, had.size ? JSON.stringify(this.kept) : null);
    return this.arePicturesKept;
  }

  // -------------------------------------------------------------- earlier states

  /** @returns {Version[]} the newest first */
  history() {
    if (this.unwrittenHistory.length) return [...this.unwrittenHistory];
    const found = parsed(`${this.key}.history`);
    return Array.isArray(found) ? /** @type {Version[]} */ (found.filter(isState)) : [];
  }

  /** Note the present state among the earlier ones, unless it is the newest there. @param {string} why */
  snapshot(why) {
    if (!this.isReadOnly) this.note(this.state(), why);
  }

  /** @param {State} state @param {string} why */
  note(state, why) {
    const history = this.history();
    // To begin afresh brings back what is blank.
    if (isSame(state, { answers: {}, own: [] }) || (history[0] && isSame(history[0], state))) return;
    history.unshift({ saved: new Date().toISOString(), why, ...state });
    while (history.length > MOST) {
      const runs = history.filter((one) => one.why === RUN);
      const gone = /** @type {Version} */ (runs.length > MOST_RUNS ? runs.at(-1) : history.at(-1));
      history.splice(history.indexOf(gone), 1);
    }
    this.unwrittenHistory = write(`${this.key}.history`, JSON.stringify(history)) ? [] : history;
  }

  /** Put another state in the place of this one, which stays among the earlier ones. @param {State} state @param {string} why */
  replace(state, why) {
    if (this.isReadOnly) return;
    this.snapshot(why);
    this.put(state);
    this.isUnwritten = true;
    this.flush();
    this.dispatchEvent(new CustomEvent("replaced"));
  }

  /** @param {State} state */
  put({ answers, own, pictures = {} }) {
    this.pictures = { ...pictures };
    this.answers = {};
    this.own = own.map((one) => ({ ...one }));
    // An answer to a question that this release does not have is kept as a cell of the learner's own.
    const last = [...this.released.keys()].at(-1) ?? "";
    const taken = new Set([...this.released.keys(), ...own.map(({ id }) => id)]);
    for (const [id, source] of Object.entries(answers)) {
      if (this.released.has(id)) {
        if (source !== this.released.get(id)) this.answers[id] = source;
      } else {
        const free = [id, ...Array.from({ length: 99 }, (_, count) => `${id}-${count}`)].find((one) => !taken.has(one)) ?? id;
        taken.add(free);
        this.own.push({ after: last, id: `kept-${free}`.slice(0, 64), cell_type: "code", source });
      }
    }
  }

  // -------------------------------------------------------------- the storage

  /** Take what is in the storage. What cannot be read is set aside, never overwritten. */
  load() {
    const text = (this.stored = read(this.key));
    if (text === null) return;
    try {
      const found = JSON.parse(text);
      this.kept = { ...this.kept, ...parsed(`${this.key}.pictures`) };
      if (found.format > FORMAT || !isState(found)) throw new Error("This is not a state of this edition.");
      this.put(found);
    } catch {
      this.setAside = `${this.key}.set-aside-${new Date().toISOString()}`;
      write(this.setAside, text);
    }
  }

  writeSoon() {
    this.isUnwritten = true;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), SOON);
  }

  /** Write what has changed, at once. */
  flush() {
    clearTimeout(this.timer);
    if (!this.isUnwritten || this.isReadOnly) return;
    // Without locks another window may have written before its event arrived here.
    if (this.isOvertaken()) return this.lose();
    const text = JSON.stringify({ format: FORMAT, release: this.release, saved: new Date().toISOString(), ...this.state() });
    let isKept = write(this.key, text);
    // Where there is no more room, earlier states make some.
    for (let history = this.history(); !isKept && history.length && !this.unwrittenHistory.length; ) {
      history = history.slice(0, -1);
      write(`${this.key}.history`, history.length ? JSON.stringify(history) : null);
      isKept = write(this.key, text);
    }
    if (isKept) this.stored = text;
    if (isKept && !this.arePicturesKept) isKept = this.writePictures();
    this.isUnwritten = !isKept;
    if (isKept === this.isKept) return;
    this.isKept = isKept;
    this.dispatchEvent(new CustomEvent("trouble"));
  }

  /** Whether another window has written since this one did. What was removed overtakes nothing. */
  isOvertaken() {
    const now = read(this.key);
    return now !== null && now !== this.stored;
  }

  /**
   * The cells that began to run and never ended: stopped, or still running when the page was closed.
   * They are not run by themselves. @returns {string[]}
   */
  unfinished() {
    const found = parsed(`${this.key}.unfinished`);
    return Array.isArray(found) ? found : [];
  }

  /** @param {string} id @param {boolean} isUnfinished */
  setUnfinished(id, isUnfinished) {
    if (this.isReadOnly) return;
    const others = this.unfinished().filter((one) => one !== id);
    write(`${this.key}.unfinished`, JSON.stringify(isUnfinished ? [...others, id] : others));
  }

  /** The points of each check that gave any when it ran last, by its cell's id. @returns {Record<string, number>} */
  points() {
    return points(this.key);
  }

  /** @param {string} id @param {number} reached */
  setPoints(id, reached) {
    const { [id]: _, ...others } = this.points();
    this.writePoints(reached ? { ...others, [id]: reached } : others);
  }

  forgetPoints() {
    this.writePoints({});
  }

  /** @param {Record<string, number>} reached */
  writePoints(reached) {
    if (!this.isReadOnly) write(`${this.key}.points`, JSON.stringify(reached));
  }

  // -------------------------------------------------------------- two windows

  /** Be the one window that writes, unless another is. */
  async hold() {
    // A page that is loaded anew may have to wait until its own former lock is gone.
    for (const pause of [0, 100, 300, 600]) {
      if (pause) await new Promise((go) => setTimeout(go, pause));
      if (await this.request({ ifAvailable: true })) return;
    }
    this.setReadOnly(true);
    this.wait();
  }

  /** @param {LockOptions} options @returns {Promise<boolean>} whether this window writes now */
  request(options) {
    return new Promise((told) => {
      if (!navigator.locks) return told(true); // Then the storage's events tell when another window writes.
      let isHeld = false;
      const work = (/** @type {Lock | null} */ lock) => {
        isHeld = lock !== null;
        told(isHeld);
        return isHeld ? new Promise(() => {}) : null; // It is held until the page is closed, or another takes it.
      };
      navigator.locks.request(this.key, options, work).catch(() => (isHeld ? this.lose() : told(true)));
    });
  }

  /** Once the other window is closed, go on here. */
  wait() {
    if (this.isWaiting || !navigator.locks) return;
    this.isWaiting = true;
    this.request({}).then(() => {
      this.isWaiting = false;
      this.goOn();
    });
  }

  /** Write here from now on; the other window can only read then. */
  async takeOver() {
    await this.request({ steal: true });
    this.goOn();
  }

  /** Take what the other window has written, and write from now on. */
  goOn() {
    if (read(this.key) !== null) {
      if (!this.isKept) this.note(this.state(), ELSEWHERE);
      this.put({ answers: {}, own: [] });
      this.load();
      this.isUnwritten = true;
    }
    this.setReadOnly(false);
    this.flush(); // tells the other window, where there are no locks
    this.dispatchEvent(new CustomEvent("replaced"));
  }

  /** Another window writes now. What was typed here and is not written yet is kept as an earlier state. */
  lose() {
    clearTimeout(this.timer);
    if (this.isReadOnly) return;
    if (this.isUnwritten) this.note(this.state(), ELSEWHERE);
    this.isUnwritten = false;
    this.setReadOnly(true);
    this.wait();
  }

  /** @param {boolean} isReadOnly */
  setReadOnly(isReadOnly) {
    if (isReadOnly === this.isReadOnly) return;
    this.isReadOnly = isReadOnly;
    this.dispatchEvent(new CustomEvent("readonly"));
  }
}

/** @param {string} name @param {string} release @param {Map<string, string>} released @returns {Promise<Draft>} */
export async function open(name, release, released) {
  const draft = new Draft(name, release, released);
  await draft.hold();
  return draft;
}
