// The worker as a page sees it: loaded once, asked one thing at a time, begun anew when it is stuck.

import { drawFigures } from "./export.js";
import * as kept from "./kept.js";

/** @typedef {{value: any, fault: string | null, new: any, changes: any, messages: any[], files: any, follows: boolean}} Answer */
/** @typedef {(at: number, what: any) => void} Hear  takes what a cell shows while it runs, as `bundles.Outputs` tells it */

const LIMIT = 20_000; // milliseconds for one answer, on a slow phone
const IDLE = 1500; // milliseconds without a question, before anything is done in advance
const KEEP = { keep: true };

/** A reader may go on: the worker has ended, and a new one is on its way. */
export class Stuck extends Error {}

/** The same where Python itself has broken, as after a recursion that overflowed its stack. */
export class Broken extends Stuck {}

class Engine extends EventTarget {
  constructor() {
    super();
    /** @type {Worker | null} */
    this.worker = null;
    /** @type {Promise<any> | null} */
    this.loading = null;
    /** @type {Map<number, {isCall: boolean, limit: number, yes: (value: any) => void, no: (why: Error) => void, timer: any, hear?: Hear}>} in order */
    this.waiting = new Map();
    this.number = 0;
    this.isKept = true;
    /** @type {Record<string, any>[]} what is done in advance while the reader asks nothing, in order */
    this.later = [];
    this.called = 0; // when the reader did something last
    this.isLoaded = false;
    /** @type {Record<string, any> | undefined} kept here, so that a new worker need not fetch and compile it */
    this.parts = undefined;
    /** @type {any} */
    this.idle = 0;
    this.limit = LIMIT;
  }

  /** Load the runtime; progress is told by events of that name. @returns {Promise<any>} */
  load() {
    if (!this.loading) {
      this.loading = this.begin();
      this.loading.catch(() => {
        this.loading = null; // The reader may try again.
      });
    }
    return this.loading;
  }

  async begin() {
    const assets = await assetsOf();
    kept.forget();
    this.worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
    this.worker.onmessage = ({ data }) => {
      if (data.progress !== undefined) {
        this.dispatchEvent(new CustomEvent("progress", { detail: data.progress }));
        return;
      }
      if (data.shown !== undefined) return this.hear(data.shown);
      const asked = this.waiting.get(data.number);
      this.waiting.delete(data.number);
      clearTimeout(asked?.timer);
      this.time();
      if (data.error) asked?.no(asked.isCall ? new Broken(data.error) : new Error(data.error));
      else asked?.yes(data.value);
    };
    this.worker.onerror = (event) => this.stop(new Error(event.message || "The worker cannot be loaded."));
    const loaded = await this.ask({ load: assets, parts: this.parts }, 0);
    this.parts = loaded.parts;
    this.isLoaded = true;
    this.dispatchEvent(new CustomEvent("loaded", { detail: loaded }));
    const cold = assets.pages.filter((/** @type {string} */ name) => !loaded.opened.includes(name));
    const warm = cold.map((/** @type {string} */ name) => ({ call: "warm", values: [name], files: {} }));
    // The first image is there after seconds, so that a stuck model costs little from then on.
    this.later = [...(loaded.isWarm ? [] : [KEEP]), ...warm, ...(warm.length ? [KEEP] : [])];
    this.rest();
    return loaded;
  }

  /** Hand over what the cell that runs shows. @param {string} line JSON that a learner's code may have forged */
  hear(line) {
    const [first] = this.waiting.values();
    try {
      const [at, what] = JSON.parse(line);
      if (Number.isInteger(at)) first?.hear?.(at, what);
    } catch (error) {
      console.info("What a cell shows cannot be read.", error);
    }
  }

  /** @param {Record<string, any>} message @param {number} limit milliseconds; 0 for none @param {Hear} [hear] @returns {Promise<any>} */
  ask(message, limit, hear) {
    return new Promise((yes, no) => {
      const number = ++this.number;
      this.waiting.set(number, { isCall: "call" in message, limit, yes, no, timer: 0, hear });
      this.time();
      this.worker?.postMessage({ ...message, number });
    });
  }

  /** The worker does one thing after the other, and a limit counts from when it begins with one. */
  time() {
    const [first] = this.waiting.values();
    if (first?.limit && !first.timer) first.timer = setTimeout(() => this.restart(), first.limit);
  }

  /**
   * Keep the memory now if it is not kept yet, and not later: what a learner's code does to a module,
   * such as np.mean = 5, would otherwise be there on every later visit.
   */
  async seal() {
    clearTimeout(this.idle);
    const isOwed = this.later[0] === KEEP;
    this.later = [];
    if (isOwed) await this.keep();
  }

  async keep() {
    await this.ask(KEEP, 0).catch(() => {});
    this.dispatchEvent(new CustomEvent("kept", { detail: { isWhole: this.later.length === 0 } }));
  }

  /**
   * Have the course do something.
   * @param {string} name @param {any[]} values @param {number} [limit] milliseconds; 0 for none @param {Hear} [hear]
   * @returns {Promise<Answer>}
   */
  async call(name, values, limit, hear) {
    await this.load();
    clearTimeout(this.idle);
    this.called = performance.now();
    const answer = await this.ask({ call: name, values, files: kept.news() }, limit ?? this.limit, hear).catch((error) => {
      if (error instanceof Broken) this.restart(error); // What is in the memory of such a Python is uncertain.
      throw error;
    });
    await drawFigures(answer);
    if (!kept.take(answer.files) && this.isKept) {
      this.isKept = false;
      this.dispatchEvent(new CustomEvent("unkept"));
    }
    if (answer.fault) console.error(answer.fault);
    this.rest();
    return answer;
  }

  /** While the reader asks nothing, import what other pages need, one at a time, and keep the memory. */
  rest(pause = IDLE) {
    clearTimeout(this.idle);
    if (!this.worker || this.waiting.size || this.later.length === 0) return;
    this.idle = setTimeout(async () => {
      const next = /** @type {Record<string, any>} */ (this.later.shift());
      const begun = performance.now();
      if (next === KEEP) await this.keep();
      else await this.ask(next, 0).catch(() => {});
      this.rest(this.called > begun ? IDLE : IDLE / 10); // The reader's own wishes come first.
    }, pause);
  }

  /** End a stuck worker; the next call begins a new one. @param {Error} [why] */
  restart(why = new Stuck("The model took too long, so it was stopped.")) {
    this.stop(why);
    this.dispatchEvent(new CustomEvent("restart", { detail: why }));
  }

  /** @param {Error} why */
  stop(why) {
    this.worker?.terminate();
    this.worker = this.loading = null;
    this.later = [];
    this.isLoaded = false;
    for (const { no, timer } of this.waiting.values()) {
      clearTimeout(timer);
      no(why);
    }
    this.waiting.clear();
  }
}

/** @type {Promise<any> | undefined} */
let assets;

/** What the runtime is made of, with full addresses. @returns {Promise<any>} */
export function assetsOf() {
  assets ??= fetch(new URL("./assets.json", import.meta.url))
    .then((response) => response.json())
    .then((found) => {
      for (const part of ["wasm", "library", "course"]) found[part] = new URL(found[part], import.meta.url).href;
      return found;
    });
  return assets;
}

/** Whether the runtime is on this device already, so that loading it costs the reader no data. */
export async function isHere() {
  try {
    return (await caches.match((await assetsOf()).wasm)) !== undefined;
  } catch {
    return false; // Where nothing can be kept, it is not.
  }
}

export const engine = new Engine();
