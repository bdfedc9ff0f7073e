// This is one text field of a form, below its label.

function render({ model, el, signal }) {
  const name = Object.assign(document.createElement("span"), {
    textContent: model.get("label"),
    className: "scaling-label",
  });
  // A number may come with a pound sign, so it is typed as text; a phone shows its keys for numbers.
  const isNumber = model.get("number");
  const field = Object.assign(document.createElement(isNumber ? "input" : "textarea"), {
    ...(isNumber ? { type: "text", inputMode: "decimal" } : { rows: model.get("lines") }),
    placeholder: model.get("hint"),
    value: model.get("value"),
    maxLength: model.get("longest"),
  });
  field.dataset.lmSuppressShortcuts = "true";
  const label = Object.assign(document.createElement("label"), { className: "scaling-form-text" });
  label.append(name, field);
  const full = Object.assign(document.createElement("p"), { className: "scaling-form-full" });
  full.setAttribute("role", "status");
  el.append(label, full);

  // The browser cuts off text that is too long without a word, so the limit is announced here.
  field.addEventListener(
    "beforeinput",
    ({ inputType, data }) => {
      const added = inputType === "insertLineBreak" ? "\n" : (data ?? "").replaceAll("\r\n", "\n");
      const stays = field.value.length - (field.selectionEnd - field.selectionStart);
      const over = stays + added.length - field.maxLength;
      full.textContent =
        over > 0
          ? `This field holds ${field.maxLength.toLocaleString("en")} characters. ` +
            `What you added is cut at its end, by ${over.toLocaleString("en")}.`
          : "";
      full.classList.toggle("scaling-trouble", over > 0);
    },
    { signal },
  );

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
