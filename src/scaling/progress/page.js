// This draws the overview: a heading, a button, a line that is spoken, and the tables.

function render({ model, el, signal }) {
  const make = (tag, text = "") => {
    const node = document.createElement(tag);
    node.textContent = text;
    return node;
  };
  const heading = make("h3", "Your exercises so far");
  const says = make(
    "p",
    "“Look again” runs a copy of each exercise that you have begun. Yours stay as they are; only what you have saved counts.",
  );
  const button = make("button", "Look again");
  button.type = "button";
  button.className = "jupyter-button mod-primary";
  const status = make("p");
  status.className = "scaling-progress-status";
  status.setAttribute("role", "status");
  status.setAttribute("aria-live", "polite");
  status.setAttribute("aria-atomic", "true");
  const content = make("div");
  el.classList.add("scaling-progress");
  el.setAttribute("role", "group");
  el.setAttribute("aria-label", heading.textContent);
  el.append(heading, says, button, status, content);

  const speak = () => (status.textContent = model.get("status"));
  const fill = () => (content.innerHTML = model.get("content")); // escaped where it is made
  // A disabled button would lose the focus, and a keyboard user the place in the page.
  const wait = () => {
    button.setAttribute("aria-disabled", model.get("busy"));
    content.setAttribute("aria-busy", model.get("busy"));
  };
  let answer;
  const heard = () => clearTimeout(answer);
  const press = () => {
    if (model.get("busy")) return;
    status.textContent = "Asking …";
    answer = setTimeout(() => {
      status.textContent = "No answer yet. If the kernel was restarted, run this cell once more.";
    }, 5000);
    model.send("look"); // fails where the kernel that made this page is gone
  };
  // JupyterLab must not see plain keys while the focus is in here: Enter would edit the cell.
  const keep = (event) => {
    const isPlain = !(event.ctrlKey || event.metaKey || event.altKey || event.shiftKey);
    if (isPlain || event.key === "Tab") event.stopPropagation();
  };

  button.addEventListener("click", press, { signal });
  el.addEventListener("keydown", keep, { signal });
  model.on("change:status", speak);
  model.on("change:status", heard);
  model.on("change:content", fill);
  model.on("change:busy", wait);
  speak();
  fill();
  wait();
  return () => {
    heard();
    model.off("change:status", speak);
    model.off("change:status", heard);
    model.off("change:content", fill);
    model.off("change:busy", wait);
  };
}

export default { render };
