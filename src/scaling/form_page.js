// The line under a form that says what has been kept, in an element that stays.

function render({ model, el }) {
  const line = document.createElement("p");
  line.className = "scaling-form-status";
  line.setAttribute("role", "status");
  line.setAttribute("aria-live", "polite");
  el.append(line);
  const say = () => {
    line.textContent = model.get("said");
    line.classList.toggle("scaling-trouble", model.get("trouble"));
  };
  model.on("change:said change:trouble", say);
  say();
  return () => model.off("change:said change:trouble", say);
}

export default { render };
