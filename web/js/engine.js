// The worker as a page sees it: loaded once, asked one thing at a time, begun anew when it is stuck.

import { drawFigures } from "./export.js";
import * as kept from "./kept.js";

/** @typedef {{value: any, fault: string | null, new: any, changes: any, messages: any[], files: any}} Answer */

const LIMIT = 20_000; // milliseconds for one answer, on a slow phone
const IDLE = 1500; // milliseconds without a question, before the memory is kept

/** A reader may go on: the worker has ended, and a new one is on its way. */
export class Stuck extends Error {}

class Engine extends EventTarget {
  constructor() {
    super();
    /** @type {Worker | null} */
    this.worker = null;
    /** @type {Promise<any> | null} */
    this.loading = null;
    /** @type {Map<number, {yes: (value: any) => void, no: (why: Error) => void, timer: any}>} */
    this.waiting = new Map();
    this.number = 0;
    this.isKept = true;
    /** @type {string[]} */
    this.toWarm = [];
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
      const asked = this.waiting.get(data.number);
      this.waiting.delete(data.number);
      clearTimeout(asked?.timer);
      if (data.error) asked?.no(new Error(data.error));
      else asked?.yes(data.value);
    };
    this.worker.onerror = (event) => this.stop(new Error(event.message || "The worker cannot be loaded."));
    const loaded = await this.ask({ load: assets }, 0);
    this.dispatchEvent(new CustomEvent("loaded", { detail: loaded }));
    this.toWarm = loaded.isWarm ? [] : [...assets.pages];
    this.rest();
    return loaded;
  }

  /** @param {Record<string, any>} message @param {number} limit milliseconds; 0 for none @returns {Promise<any>} */
  ask(message, limit) {
    return new Promise((yes, no) => {
      const number = ++this.number;
      const timer = limit ? setTimeout(() => this.restart(), limit) : 0;
      this.waiting.set(number, { yes, no, timer });
      this.worker?.postMessage({ ...message, number });
    });
  }

  /** Have the course do something. @param {string} name @param {any[]} values @returns {Promise<Answer>} */
  async call(name, values) {
    await this.load();
    clearTimeout(this.idle);
    const answer = await this.ask({ call: name, values, files: kept.news() }, this.limit);
    await drawFigures(answer);
    if (!kept.take(answer.files) && this.isKept) {
      this.isKept = false;
      this.dispatchEvent(new CustomEvent("unkept"));
    }
    if (answer.fault) console.error(answer.fault);
    this.rest();
    return answer;
  }

  /** While nobody asks, import what other pages need, one at a time, and keep the memory for them. */
  rest(pause = IDLE) {
    clearTimeout(this.idle);
    if (!this.worker || this.toWarm.length === 0) return;
    this.idle = setTimeout(async () => {
      const name = /** @type {string} */ (this.toWarm.shift());
      await this.ask({ call: "warm", values: [name], files: {} }, 0).catch(() => {});
      if (this.toWarm.length) return this.rest(IDLE / 10);
      await this.ask({ keep: true }, 0).catch(() => {});
      this.dispatchEvent(new CustomEvent("kept"));
    }, pause);
  }

  /** End a stuck worker; the next call begins a new one. */
  restart() {
    this.stop(new Stuck("The model took too long, so it was stopped."));
    this.dispatchEvent(new CustomEvent("restart"));
  }

  /** @param {Error} why */
  stop(why) {
    this.worker?.terminate();
    this.worker = this.loading = null;
    this.toWarm = [];
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

export const engine = new Engine();
