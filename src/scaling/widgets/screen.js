// This does what only a browser can: announce words, name controls, and follow the theme.

const NARROW = 560; // pixels below which panels are stacked, as in stacking.py

function render({ model, el, signal }) {
  const parts = model.get("parts");
  const words = document.createElement("p");
  words.className = "scaling-words";
  words.setAttribute("role", "status");
  words.setAttribute("aria-live", "polite");
  words.setAttribute("aria-atomic", "true");

  const details = document.createElement("details");
  details.className = "scaling-table";
  const summary = document.createElement("summary");
  summary.textContent = parts.all;
  const more = document.createElement("p");
  const table = document.createElement("div");
  table.tabIndex = 0; // a long one scrolls, by arrow keys too
  table.setAttribute("role", "region");
  table.setAttribute("aria-label", parts.table);
  details.append(summary, more, table);
  el.append(words, details);

  const speak = () => {
    words.textContent = model.get("words");
    words.classList.toggle("scaling-trouble", model.get("trouble"));
    more.textContent = model.get("more");
    el.hidden = !model.get("revealed");
    if (model.get("revealed")) openWhatFollows();
  };
  const fill = () => {
    table.innerHTML = model.get("table"); // made by pandas from the model's own figures, escaped
    details.hidden = model.get("table") === "";
  };

  // By default a screen reader hears a slider's number with one decimal, and its text with all of them.
  const TOLD = ["aria-valuenow", "aria-valuetext"];
  const tell = (control) => {
    const handle = control.querySelector("[role=slider]");
    const readout = control.querySelector(".widget-readout")?.textContent;
    if (!handle || !readout) return;
    const isSet = !control.classList.contains("scaling-unset");
    const values = [readout.replace("\u2212", "-"), isSet ? readout : parts.unset];
    TOLD.forEach((attribute, i) => {
      if (handle.getAttribute(attribute) !== values[i]) handle.setAttribute(attribute, values[i]);
    });
  };
  // ipywidgets may rebuild its views at any time, so names are set again after every change.
  const frame = () => el.closest(".scaling-explorable");
  const cellOf = (node) => node?.closest(".jp-Cell");
  const nextCell = (cell) => {
    let next = cell?.nextElementSibling;
    while (next && !next.matches(".jp-Cell")) next = next.nextElementSibling;
    return next;
  };

  // The lesson's text on the outcome stays folded until the learner has predicted. That text is in
  // all folds that follow, up to the next explorable or the next section.
  const openWhatFollows = () => {
    let cell = nextCell(cellOf(frame()));
    for (; cell; cell = nextCell(cell)) {
      if (cell.querySelector(".scaling-explorable, h2")) return;
      for (const fold of cell.querySelectorAll("details.scaling-after")) fold.open = true;
    }
  };

  // Shift+Enter has selected the next cell, but the learner's next step is the question here.
  const comeIn = () => {
    const cell = cellOf(frame());
    const active = document.querySelector(".jp-Notebook .jp-Cell.jp-mod-active");
    const isHere = active && (active === cell || active === nextCell(cell));
    const isTyping = document.activeElement?.closest(".cm-editor, input, textarea");
    if (!isHere || isTyping) return;
    const handle = frame().querySelector(".scaling-question :is([role=slider], input[type=range])");
    handle?.focus({ preventScroll: true });
  };
  const name = () => {
    const root = frame();
    if (!root) return;
    root.setAttribute("role", "group");
    root.setAttribute("aria-label", model.get("title"));
    for (const [place, label] of Object.entries(model.get("names"))) {
      const control = root.querySelector(`.${place}`);
      if (!control) continue;
      const steps = control.querySelectorAll("input[type=radio]");
      for (const step of steps) step.name = place; // so that the arrow keys go from one to the next
      if (steps.length) control.setAttribute("role", "radiogroup");
      const one = "[role=slider], select, textarea, input:not([type=radio])";
      for (const part of steps.length ? [control] : control.querySelectorAll(one)) {
        if (part.getAttribute("aria-label") !== label) part.setAttribute("aria-label", label);
      }
      for (const typed of control.querySelectorAll("[contenteditable]")) {
        typed.setAttribute("aria-label", `${label}, typed`);
        typed.setAttribute("role", "textbox");
      }
      tell(control);
    }
    for (const plot of root.querySelectorAll(".js-plotly-plot")) {
      if (plot.getAttribute("role") === "img") continue;
      widths.observe(plot);
      plot.setAttribute("role", "img");
      plot.setAttribute("aria-label", parts.picture);
    }
  };
  // JupyterLab must not see plain keys while the focus is in here: arrows would move between cells,
  // and "x" or "d d" would remove one. It still gets Shift+Enter, Ctrl+S and the like.
  const keep = (event) => {
    if (event.key === "Enter" && event.shiftKey && !event.ctrlKey && !event.altKey) {
      // Inside an explorable, Shift+Enter moves to the next cell and does not run this one again.
      const next = nextCell(cellOf(frame()));
      if (next) {
        event.preventDefault();
        event.stopPropagation();
        next.focus();
        next.scrollIntoView({ block: "nearest" });
      }
      return;
    }
    const isPlain = !(event.ctrlKey || event.metaKey || event.altKey || event.shiftKey);
    if (isPlain || event.key === "Tab") event.stopPropagation();
  };
  // The button that was pressed is gone, so the focus moves to the verdict and it is read aloud.
  const goOn = () => {
    const question = frame()?.querySelector(".scaling-question");
    if (!question || document.activeElement !== document.body) return;
    question.tabIndex = -1;
    question.setAttribute("role", "group");
    question.setAttribute("aria-label", parts.question);
    question.focus({ preventScroll: true });
    // Verdict, controls and picture should be visible together as far as they fit.
    const cell = frame().getBoundingClientRect();
    if (cell.bottom > window.innerHeight) frame().scrollIntoView({ block: "start" });
  };

  // On a phone the picture that a step sets is higher up than its button.
  const lookUp = ({ target }) => {
    const picture = frame().querySelector(".scaling-picture");
    if (target.closest(".scaling-sets") && picture.getBoundingClientRect().top < 0) picture.scrollIntoView();
  };

  const room = new ResizeObserver(() => {
    const width = frame()?.clientWidth;
    if (!width) return; // not on the page, or hidden
    const narrow = width < NARROW;
    if (narrow !== model.get("narrow")) {
      model.set("narrow", narrow);
      model.save_changes();
    }
  });

  // A picture drawn before it was visible has plotly's default width and must be measured again.
  const widths = new ResizeObserver(() => window.dispatchEvent(new Event("resize")));
  const theme = () => {
    const dark = document.body.dataset.jpThemeLight === "false";
    if (dark !== model.get("dark")) {
      model.set("dark", dark);
      model.save_changes();
    }
  };

  const views = new MutationObserver((changes) => {
    name();
    // Changes inside the picture are ignored, because it redraws itself when the mouse moves over it.
    if (changes.some(({ target }) => target.closest?.(".scaling-question"))) goOn();
  });
  const themes = new MutationObserver(theme);
  const start = () => {
    const root = frame();
    if (signal.aborted) return;
    if (!root) return void requestAnimationFrame(start); // not yet placed in the page
    views.observe(root, { childList: true, subtree: true, attributeFilter: TOLD });
    root.addEventListener("keydown", keep, { signal }); // the root outlives this view
    root.addEventListener("click", lookUp, { signal });
    room.observe(root);
    name();
    speak();
    comeIn();
  };
  model.on("change:words change:more change:trouble change:revealed", speak);
  model.on("change:table", fill);
  model.on("change:names", name);
  themes.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light"] });
  speak();
  fill();
  theme();
  start();

  return () => {
    views.disconnect();
    widths.disconnect();
    room.disconnect();
    themes.disconnect();
    model.off("change:words change:more change:trouble change:revealed", speak);
    model.off("change:table", fill);
    model.off("change:names", name);
  };
}

export default { render };
