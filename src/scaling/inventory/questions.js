// These are the questions of the inventory: one group of radio buttons each, which a keyboard moves
// through as everywhere: Tab to the next group, arrows inside of it.

function make(tag, properties = {}, ...children) {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children);
  return node;
}

function render({ model, el }) {
  const root = make("div", { className: "scaling-questions" });
  el.append(root);
  const view = Math.random().toString(36).slice(2); // there may be a second view of these questions
  const letters = "abcd";

  const group = ({ id, number, stem, options }) => {
    const radios = options.map((text, place) => {
      const radio = make("input", { type: "radio", name: `${view}-${id}`, value: letters[place] });
      radio.dataset.lmSuppressShortcuts = "true";
      radio.addEventListener("change", () => {
        model.set("chosen", { ...model.get("chosen"), [id]: radio.value });
        model.save_changes();
      });
      return make("label", {}, radio, make("span", { textContent: text }));
    });
    const asked = make("span", { className: "scaling-number", textContent: number });
    const legend = make("legend", {}, asked, make("span", { textContent: stem }));
    const node = make("fieldset", {}, legend, ...radios);
    node.dataset.item = id;
    return node;
  };
  const mark = () => {
    const chosen = model.get("chosen");
    for (const node of root.children) {
      for (const radio of node.querySelectorAll("input")) {
        radio.checked = chosen[node.dataset.item] === radio.value;
      }
    }
  };
  const ask = () => {
    root.replaceChildren(...model.get("asked").map(group));
    mark();
  };
  model.on("change:asked", ask);
  model.on("change:chosen", mark);
  ask();
  return () => {
    model.off("change:asked", ask);
    model.off("change:chosen", mark);
  };
}

export default { render };
