// Runs before the page is drawn: whether this browser can bring the pictures to life.
(() => {
  const root = document.documentElement;
  const here = /** @type {any} */ (globalThis);
  const can = here.customElements && here.Worker && here.WebAssembly && here.DecompressionStream && here.ResizeObserver;
  root.classList.add(can ? "scaling-live" : "scaling-still-only");
})();
