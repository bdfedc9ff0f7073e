// One field of a form for text, under its label.

let fields = 0;

function render({ model, el, signal }) {
  const id = `scaling-form-text-${++fields}`;
  const label = Object.assign(document.createElement("label"), {
    htmlFor: id,
    textContent: model.get("label"),
    className: "scaling-label",
  });
  const field = Object.assign(document.createElement("textarea"), {
    id,
    rows: model.get("lines"),
    placeholder: model.get("hint"),
    value: model.get("value"),
    maxLength: model.get("longest"),
  });
  field.dataset.lmSuppressShortcuts = "true";
  el.classList.add("scaling-form-text");
  el.append(label, field);

  field.addEventListener(
    "input",
    () => {
      model.set("value", field.value);
      model.save_changes(); // one at a time is under way, then the newest: typing never queues up
    },
    { signal },
  );
  const follow = () => {
    if (field.value !== model.get("value")) field.value = model.get("value");
  };
  model.on("change:value", follow);
  return () => model.off("change:value", follow);
}

export default { render };
