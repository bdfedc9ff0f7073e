// This lets an answer be chosen, and writes it as a line of Python into the learner's answer cell.

const WRITTEN = "Written into the cell below. Run it with Shift+Enter.";
const WRITTEN_ON_THE_SITE = "Written below.";
const MORE =
  "The answer below holds more than one short line, so it stays as it is. Its line would be:";
const MISSING = "The answer was not found below. Its line is:";
// A cell of JupyterLab or of the course's site, and one that a learner can write code into.
const CELL = ".jp-Cell, scaling-cell";
const CODE = ".jp-CodeCell, scaling-cell[data-kind='answer'], scaling-cell[data-kind='own']";
// The answer cell is the next code cell, or one soon after it where a learner has added cells.
const NEAR = 3;

function render({ model, el, signal }) {
  const kind = model.get("kind");
  const name = model.get("name");
  const letters = model.get("letters");
  const items = model.get("items");
  const make = (tag, text = "", settings = {}) =>
    Object.assign(document.createElement(tag), { textContent: text }, settings);
  const button = (text, press) => {
    const made = make("button", text, { type: "button", className: "jupyter-button" });
    made.addEventListener("click", press, { signal });
    return made;
  };

  const parts = PARTS[kind]({ name, letters, items, unit: model.get("unit"), make, button, write });
  const status = make("p", "", { className: "scaling-fill-status" });
  status.setAttribute("role", "status");
  status.setAttribute("aria-live", "polite");
  const line = make("code");
  const copy = button("Copy the line", async () => {
    try {
      await navigator.clipboard.writeText(line.textContent);
      status.textContent = "Copied. Paste it into the answer.";
    } catch {
      getSelection().selectAllChildren(line); // where a page may not use the clipboard
      status.textContent = "The line is selected: copy it with your keyboard.";
    }
  });
  const byHand = make("p", "", { className: "scaling-fill-line", hidden: true });
  byHand.append(line, " ", copy);
  el.classList.add("scaling-fill");
  el.setAttribute("role", "group");
  el.setAttribute("aria-label", `Fill in ${name}`);
  el.append(parts.node, status, byHand);

  let written = null; // the editor that was written into last
  function write(chosen) {
    const text = `${name} = ${chosen || "..."}`;
    const target = answerCell(el, name);
    written = null;
    if (target && !target.state.readOnly && isOneLine(target.state.doc.toString(), name)) {
      const length = target.state.doc.length;
      if (target.state.doc.toString() !== text) {
        const changes = { from: 0, to: length, insert: text };
        target.dispatch({ changes, selection: { anchor: text.length }, userEvent: "input" });
      }
      written = target;
    }
    // A change of the text is spoken; the same text once more would not be.
    const done = el.closest("scaling-cell") ? WRITTEN_ON_THE_SITE : WRITTEN;
    status.textContent = `${text}. ${written ? done : target ? MORE : MISSING}`;
    byHand.hidden = Boolean(written);
    line.textContent = text;
  }

  el.addEventListener(
    "keydown",
    (event) => {
      if (event.key === "Enter" && event.shiftKey && written?.dom.isConnected) {
        // A page would run this cell; what is to be run is the one that was written into.
        event.preventDefault();
        event.stopPropagation();
        written.focus();
        const press = { key: "Enter", code: "Enter", keyCode: 13, shiftKey: true };
        written.contentDOM.dispatchEvent(
          new KeyboardEvent("keydown", { ...press, bubbles: true, cancelable: true }),
        );
        return;
      }
      // JupyterLab must not see plain keys while the focus is in here: they are its commands.
      const isPlain = !(event.ctrlKey || event.metaKey || event.altKey || event.shiftKey);
      if (isPlain || event.key === "Tab") event.stopPropagation();
    },
    { signal },
  );

  // What the answer cell holds already is shown; that cell is known once this one is on the page.
  let left = 100;
  const begin = () => {
    const target = el.isConnected && answerCell(el, name);
    if (target) {
      const text = target.state.doc.toString();
      if (isOneLine(text, name)) parts.show(text.slice(text.indexOf("=") + 1).trim());
    } else if (left-- > 0 && !signal.aborted) requestAnimationFrame(begin);
  };
  begin();
}

/** Return the editor of the answer cell below, if it is there. */
function answerCell(el, name) {
  let cell = el.closest(CELL)?.nextElementSibling;
  for (let left = NEAR; cell && left > 0; cell = cell.nextElementSibling) {
    if (!cell.matches(CODE)) continue;
    left -= 1;
    const view = editorOf(cell);
    if (view && new RegExp(`^\\s*${name}\\s*=(?!=)`).test(view.state.doc.toString())) return view;
  }
  return null;
}

/** Return the CodeMirror view of a cell, as its own EditorView.findFromDOM finds it. */
function editorOf(cell) {
  const content = cell.querySelector(".cm-editor .cm-content");
  const tile = content?.cmTile ?? content?.cmView; // the second in older versions
  return tile?.root?.view ?? tile?.rootView?.view ?? null;
}

/** Tell whether a cell holds one line that gives the name a value, and nothing else. */
function isOneLine(text, name) {
  return new RegExp(`^\\s*${name}\\s*=(?!=)[^\\n#;]*\\s*$`).test(text);
}

const lettersIn = (text, known) =>
  [...text.toLowerCase()].filter((letter) => known.includes(letter));
const quoted = (chosen) => (chosen.length ? `"${chosen.join(" ")}"` : "");
let groups = 0;

// Each kind returns what is shown, and how it takes up a value that the answer cell holds.
const PARTS = {
  choice: (about) => boxes(about, "radio", `Choose one for ${about.name}`),
  several: (about) => boxes(about, "checkbox", `Choose all that hold for ${about.name}`),

  order({ name, letters, make, button, write }) {
    const legend = `Put the letters of ${name} in order, the first at the top`;
    const { node } = fieldset(make, legend);
    const list = make("ol");
    const order = () => [...list.children].map((row) => row.dataset.letter);
    const done = () => {
      for (const row of list.children) {
        row.up.setAttribute("aria-disabled", row === list.firstElementChild);
        row.down.setAttribute("aria-disabled", row === list.lastElementChild);
      }
    };
    const move = (row, other, isUp) => {
      if (!other) return;
      // The neighbour moves, not the row with the pressed button, so that the focus stays in it.
      if (isUp) row.after(other);
      else row.before(other);
      done();
      write(quoted(order()));
    };
    for (const letter of letters) {
      const row = make("li");
      row.dataset.letter = letter;
      row.up = button("↑", () => move(row, row.previousElementSibling, true));
      row.down = button("↓", () => move(row, row.nextElementSibling, false));
      row.up.setAttribute("aria-label", `Move ${letter} up`);
      row.down.setAttribute("aria-label", `Move ${letter} down`);
      row.append(make("b", letter), " ", row.up, " ", row.down);
      list.append(row);
    }
    node.append(list, button("Write this order", () => write(quoted(order()))));
    done();
    const show = (value) => {
      const found = lettersIn(value, letters);
      if (found.length !== letters.length || new Set(found).size !== found.length) return;
      const rows = [...list.children];
      list.append(...found.map((letter) => rows.find((row) => row.dataset.letter === letter)));
      done();
    };
    return { node, show };
  },

  match({ name, letters, items, make, write }) {
    const { node } = fieldset(make, `Choose a letter for each number of ${name}`);
    const menus = items.map((item) => {
      const label = make("label", `${item} `);
      const menu = make("select");
      menu.setAttribute("aria-label", `Letter for ${item}`);
      menu.append(...["", ...letters].map((one) => make("option", one || "–", { value: one })));
      menu.addEventListener("change", () => {
        const pairs = items.map((each, at) => (menus[at].value ? each + menus[at].value : ""));
        write(quoted(pairs.filter(Boolean)));
      });
      label.append(menu);
      node.append(label);
      return menu;
    });
    const show = (value) => {
      for (const [, item, letter] of value.toLowerCase().matchAll(/(\d+)\W*([a-z])/g)) {
        const at = items.indexOf(item);
        if (at >= 0 && letters.includes(letter)) menus[at].value = letter;
      }
    };
    return { node, show };
  },

  number({ name, unit, make, button, write }) {
    const node = make("div", "", { className: "scaling-fill-row" });
    const label = make("label", `${name}${unit ? `, in ${unit}` : ""} `);
    const field = make("input", "", { type: "text", inputMode: "decimal" });
    const trouble = make("span", "", { className: "scaling-fill-trouble" });
    trouble.setAttribute("role", "alert");
    label.append(field);
    const done = () => {
      const said = field.value.trim();
      const isNumber = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(said);
      trouble.textContent = isNumber ? "" : "Type digits only, with a decimal point, as in 12.5.";
      if (isNumber) write(String(Number(said)));
    };
    field.addEventListener("keydown", ({ key }) => {
      if (key === "Enter") done(); // also with Shift, which then runs the cell that was written
    });
    node.append(label, button("Write this number", done), trouble);
    const show = (value) => {
      if (value !== "..." && Number.isFinite(Number(value))) field.value = value;
    };
    return { node, show };
  },
};

/** Return one box for each letter, and how to tick those that an answer names. */
function boxes({ letters, make, write }, type, legend) {
  const { node } = fieldset(make, legend);
  groups += 1;
  const all = letters.map((letter) => {
    const label = make("label");
    const box = make("input", "", { type, name: `scaling-fill-${groups}`, value: letter });
    box.addEventListener("change", () =>
      write(quoted(all.filter((each) => each.checked).map((each) => each.value))),
    );
    label.append(box, ` ${letter}`);
    node.append(label);
    return box;
  });
  const show = (value) => {
    const chosen = lettersIn(value, letters);
    for (const box of all) box.checked = chosen.includes(box.value);
  };
  return { node, show };
}

function fieldset(make, legend) {
  const node = make("fieldset");
  node.append(make("legend", legend));
  return { node };
}

export default { render };
