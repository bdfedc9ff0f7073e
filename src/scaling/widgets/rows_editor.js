// This is the editor of a table: fields, and buttons to add, remove, undo, save and load. The kernel
// decides which changes are accepted. Only one request is sent at a time, so that a row's number
// still means the same row when the request arrives.

function make(tag, properties = {}, ...children) {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children);
  return node;
}

function render({ model, el }) {
  const columns = model.get("columns").map((column, place) => ({ ...column, place }));
  const shown = columns.filter((column) => !column.hidden);
  const isFixed = model.get("fixed"); // the rows and their names stay: there is none to add or remove
  const names = make("datalist", { id: `scaling-names-${Math.random().toString(36).slice(2)}` });

  // ------------------------------------------------------------ asking the kernel

  const waiting = [];
  let asked = null;
  let number = 0;
  const ask = (what, arguments_, then = () => {}) => {
    waiting.push({ what, arguments_, then });
    next();
  };
  const next = () => {
    if (asked || !waiting.length) return;
    asked = waiting.shift();
    const given = asked.arguments_();
    if (given === null) {
      asked = null;
      return next();
    }
    asked.number = `${names.id}.${++number}`; // there may be a second view of this editor
    model.send({ do: asked.what, with: given, number: asked.number });
  };
  const answered = (message) => {
    if (!asked || message.answers !== asked.number) return;
    const { then, what } = asked;
    asked = null;
    // The message is no longer about the new row, which keeps its text and loses its error mark.
    if (what !== "add") fresh.forEach((node) => mark(node, false));
    then(message.done);
    next();
  };

  // ------------------------------------------------------------ fields

  const field = (column, onChange) => {
    const node = column.options.length
      ? make("select", {}, ...column.options.map((option) => make("option", { value: option, textContent: option })))
      : make("input", { type: "text", autocomplete: "off", spellcheck: false });
    if (!column.options.length) node.setAttribute("list", names.id);
    if (column.short || (column.options.length && column.options.every((option) => option.length < 8))) {
      node.classList.add("scaling-rows-short");
    }
    node.dataset.lmSuppressShortcuts = "true";
    if (onChange) node.addEventListener("change", () => onChange(node));
    return node;
  };
  const cell = (tag, column, properties, ...children) => {
    const node = make(tag, properties, ...children);
    if (column.short) node.classList.add("scaling-rows-few");
    else if (!column.options.length) node.classList.add("scaling-rows-text");
    return node;
  };
  // The reason is kept with the field, because the message below may be replaced at any time.
  const mark = (node, isWrong) => {
    if (isWrong) node.setAttribute("aria-invalid", "true");
    else node.removeAttribute("aria-invalid");
    node.title = isWrong ? model.get("said") : "";
  };
  const button = (text, onClick, label) => {
    const node = make("button", { type: "button", textContent: text });
    if (label) node.setAttribute("aria-label", label);
    node.addEventListener("click", onClick);
    return node;
  };

  const body = make("tbody");
  const placeOf = (row) => [...body.children].indexOf(row);
  const known = (place) => (place < 0 ? null : model.get("rows")[place]);

  const addRow = () => {
    const row = make("tr");
    row.append(make("th", { scope: "row" }));
    for (const column of shown) {
      const node = field(column, () => {
        ask(
          "set",
          () => (placeOf(row) < 0 ? null : [placeOf(row), column.place, node.value]),
          (done) => {
            mark(node, !done);
            fill();
          },
        );
      });
      row.append(cell("td", column, {}, node));
    }
    const remove = button("✕", () => {
      ask(
        "remove",
        () => (placeOf(row) < 0 ? null : [placeOf(row)]),
        (done) => {
          if (!done) return;
          const beside = row.nextElementSibling ?? row.previousElementSibling;
          row.remove();
          fill();
          beside?.querySelector("button")?.focus();
        },
      );
    });
    if (isFixed) row.children[1].firstElementChild.disabled = true;
    else row.append(make("td", {}, remove));
    body.append(row);
  };

  const fill = () => {
    if (asked) return; // a row that goes is still there: its own answer fills the table
    const rows = model.get("rows");
    while (body.children.length < rows.length) addRow();
    while (body.children.length > rows.length) body.lastElementChild.remove();
    rows.forEach((row, place) => {
      const line = body.children[place];
      line.firstElementChild.textContent = place + 1;
      shown.forEach((column, i) => {
        const node = line.children[i + 1].firstElementChild;
        node.setAttribute("aria-label", `Row ${place + 1}, ${spoken(column)}`);
        const isTyping = node === document.activeElement && node.tagName === "INPUT" && node.value !== node.defaultValue;
        if (isTyping || node.getAttribute("aria-invalid")) return;
        node.value = row[column.place];
        if (node.tagName === "INPUT") node.defaultValue = row[column.place];
      });
      if (!isFixed) line.lastElementChild.firstElementChild.setAttribute("aria-label", `Remove row ${place + 1}`);
    });
    const texts = new Set(rows.flatMap((row) => shown.filter((c) => !c.options.length).map((c) => row[c.place])));
    names.replaceChildren(...[...texts].sort().map((text) => make("option", { value: text })));
  };
  // Two columns may have the same label; the name of the second tells which column comes before it.
  const spoken = (column) => {
    const i = shown.indexOf(column);
    const isAlone = shown.filter((other) => other.label === column.label).length === 1;
    return isAlone || i === 0 ? column.label : `${column.label} (of “${shown[i - 1].label}”)`;
  };
  // Errors of the previous table do not apply to a new one.
  const forget = () => body.querySelectorAll("[aria-invalid]").forEach((node) => mark(node, false));

  // ------------------------------------------------------------ the row to add

  const fresh = shown.map((column) => field(column));
  fresh.forEach((node, i) => node.setAttribute("aria-label", `New row, ${spoken(shown[i])}`));
  const add = () => {
    ask(
      "add",
      () => [columns.map((column) => (column.hidden ? "" : fresh[shown.indexOf(column)].value))],
      (done) => {
        fresh.forEach((node) => mark(node, !done && node.tagName === "INPUT"));
        if (!done) return;
        fresh.forEach((node) => (node.tagName === "INPUT" ? (node.value = "") : (node.selectedIndex = 0)));
        fill();
        scroll.scrollTop = scroll.scrollHeight;
        fresh[0].focus();
      },
    );
  };
  fresh.forEach((node) =>
    node.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && node.tagName === "INPUT") add();
    }),
  );
  const head = make(
    "tr",
    {},
    make("th", { textContent: "row", scope: "col" }),
    ...shown.map((column) => cell("th", column, { textContent: column.label, scope: "col" })),
    ...(isFixed ? [] : [make("th", { textContent: "", scope: "col", ariaLabel: "remove or add" })]),
  );
  const foot = make(
    "tr",
    {},
    make("th", { textContent: "new", scope: "row" }),
    ...fresh.map((node, i) => cell("td", shown[i], {}, node)),
    make("td", {}, button("Add", add, "Add this row")),
  );
  const table = make("table", {}, make("thead", {}, head), body, ...(isFixed ? [] : [make("tfoot", {}, foot)]));
  const scroll = make("div", { className: "scaling-rows-scroll" }, table);

  // ------------------------------------------------------------ buttons, files, what is said

  const again = (done) => {
    if (done) forget();
    fill();
  };
  const undo = button("Undo", () => ask("undo", () => [], again));
  const restart = button("Table back to the start", () => ask("restart", () => [], again));
  const file = make("input", { type: "text", className: "scaling-rows-file", spellcheck: false, autocomplete: "off" });
  file.setAttribute("aria-label", "Name of the CSV file");
  file.dataset.lmSuppressShortcuts = "true";
  const save = button("Save", () => ask("save", () => [file.value]));
  const load = button("Load", () => ask("load", () => [file.value], again));
  const files = model.get("file") ? [file, save, load] : []; // kept elsewhere, then
  const bar = make("div", { className: "scaling-rows-bar" }, undo, restart, ...files);
  const said = make("p", { className: "scaling-rows-said" });
  said.setAttribute("role", "status");
  said.setAttribute("aria-live", "polite");

  const title = make("div", { className: "scaling-label", textContent: model.get("label") });
  el.classList.add("scaling-rows");
  el.setAttribute("role", "group");
  el.setAttribute("aria-label", model.get("label"));
  el.append(title, scroll, bar, said, names);

  const speak = () => {
    said.textContent = model.get("said");
    said.classList.toggle("scaling-trouble", model.get("trouble"));
  };
  const wake = () => {
    undo.disabled = model.get("steps_back") === 0;
    restart.disabled = model.get("is_start");
  };
  const nameFile = () => (file.value = model.get("file"));
  const listeners = [
    ["msg:custom", answered],
    ["change:rows", fill],
    ["change:said change:trouble", speak],
    ["change:steps_back change:is_start", wake],
    ["change:file", nameFile],
  ];
  listeners.forEach(([event, listener]) => model.on(event, listener));
  fill();
  speak();
  wake();
  nameFile();
  return () => listeners.forEach(([event, listener]) => model.off(event, listener));
}

export default { render };
