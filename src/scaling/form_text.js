// One field of a form for text, under its label.

function render({ model, el, signal }) {
  const name = Object.assign(document.createElement("span"), {
    textContent: model.get("label"),
    className: "scaling-label",
  });
  const field = Object.assign(document.createElement("textarea"), {
    rows: model.get("lines"),
    placeholder: model.get("hint"),
    value: model.get("value"),
    maxLength: model.get("longest"),
  });
  field.dataset.lmSuppressShortcuts = "true";
  const label = Object.assign(document.createElement("label"), { className: "scaling-form-text" });
  label.append(name, field);
  el.append(label);

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
