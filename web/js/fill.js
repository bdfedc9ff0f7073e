// <scaling-fill>: what fills in an answer on the page of an exercise, by the same file that does it in
// JupyterLab.

/** @typedef {{default: {render: (page: {model: any, el: HTMLElement, signal: AbortSignal}) => void}}} Page */

class Fill extends HTMLElement {
  constructor() {
    super();
    /** @type {Page | null} */
    this.page = null;
    this.drawing = new AbortController();
  }

  connectedCallback() {
    // Its answer can be written into once the exercise has begun.
    document.addEventListener("scaling-begun", () => void this.draw(), { once: true });
    if (document.querySelector("scaling-exercise.scaling-alive")) void this.draw();
    document.addEventListener("scaling-edited", ({ target }) => {
      const isHere = this.contains(document.activeElement);
      // What is typed into the answer, or comes from another notebook, is shown here as well.
      if (this.page && !isHere && target === this.closest("scaling-cell")?.nextElementSibling) void this.draw();
    });
  }

  async draw() {
    const address = "./widgets/fill.js"; // in a variable, because tsc would look for a file here
    this.page ??= /** @type {Page} */ (await import(address));
    const { of, name, letters, items, unit } = this.dataset;
    /** @type {Record<string, any>} */
    const state = { kind: of, name, letters: [...(letters ?? "")], items: [...(items ?? "")], unit };
    this.drawing.abort();
    this.drawing = new AbortController();
    this.replaceChildren();
    this.page.default.render({ model: { get: (/** @type {string} */ key) => state[key] }, el: this, signal: this.drawing.signal });
  }
}

customElements.define("scaling-fill", Fill);
