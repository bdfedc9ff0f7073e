// <scaling-progress>: how far the reader has come with each exercise, as its page in this browser keeps it.

import { glance, soFar } from "./drafts.js";

class Progress extends HTMLElement {
  connectedCallback() {
    this.fill();
    addEventListener("storage", () => this.fill()); // An exercise is open in another window.
    addEventListener("pageshow", () => this.fill());
  }

  fill() {
    for (const entry of this.querySelectorAll("li")) {
      const { isBegun, reached } = glance(entry.dataset.name ?? "");
      const told = /** @type {HTMLElement} */ (entry.querySelector("span"));
      told.textContent = isBegun ? soFar(reached, Number(entry.dataset.points)) : "not begun";
    }
  }
}

customElements.define("scaling-progress", Progress);
