// What brings an exercise to life.

import "./editor.js";
