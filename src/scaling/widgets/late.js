// anywidget gives up on a model whose script has not come within two seconds: it then refuses every
// message from the kernel, for good. A slow or a busy machine takes longer, and the page would show
// the words and the picture of the start for ever. So when its script comes at last, a model is made
// to listen again, and the kernel is asked for what was lost meanwhile.

function orLate(widget) {
  return {
    ...widget,
    initialize(context) {
      listenAgain(context.model);
      return widget.initialize?.(context);
    },
  };
}

// A script is handed a model that only reads, writes and sends. The listeners of a change are given
// the model itself.
function itself(model) {
  let found;
  const take = (self) => (found = self);
  model.on("change:_late", take);
  model.set("_late", true);
  model.set("_late", false);
  model.off("change:_late", take);
  return found;
}

async function listenAgain(model) {
  const self = itself(model);
  try {
    // Like every message, this one waits until anywidget is ready, or has given up. It says nothing.
    await self._handle_comm_msg({ content: { data: { method: "none" } } });
  } catch {
    const waiting = Object.getPrototypeOf(self);
    self.comm.on_msg(Object.getPrototypeOf(waiting)._handle_comm_msg.bind(self));
    model.set("_late", true);
    model.save_changes();
  }
}
