// The line under a form that says what has been saved. Its element stays, so that changes are spoken.

function render({ model, el }) {
  const line = document.createElement("p");
  line.className = "scaling-form-status";
  line.setAttribute("role", "status");
  line.setAttribute("aria-live", "polite");
  const link = Object.assign(document.createElement("a"), {
    textContent: "Open the page",
    target: "_blank",
  });
  let address = "";
  el.append(line, link);
  const offer = () => {
    URL.revokeObjectURL(address);
    const page = model.get("page");
    address = page ? URL.createObjectURL(new Blob([page], { type: "text/html" })) : "";
    link.href = address;
    link.hidden = !page;
  };
  const say = () => {
    line.textContent = model.get("said");
    line.classList.toggle("scaling-trouble", model.get("trouble"));
  };
  model.on("change:said change:trouble", say);
  model.on("change:page", offer);
  say();
  offer();
  return () => {
    URL.revokeObjectURL(address);
    model.off("change:said change:trouble", say);
    model.off("change:page", offer);
  };
}

export default { render };
