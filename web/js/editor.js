// The editor of an answer: CodeMirror, with what a beginner needs and nothing that gets in the way.

import { closeBrackets, closeBracketsKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import { bracketMatching, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { Annotation, Compartment, EditorState, Prec } from "@codemirror/state";
import { EditorView, keymap } from "@codemirror/view";
import { classHighlighter } from "@lezer/highlight";

/**
 * @typedef {Object} Editor
 * @property {string} text what is in it; setting it does not call `onChange`
 * @property {() => void} focus
 * @property {(value: boolean) => void} setReadOnly
 * @property {HTMLElement} dom
 * @property {EditorView} view
 */

const HINT = "scaling-editor-hint";
const UNTIL_TAB = 600_000; // milliseconds after Escape in which Tab leaves, unless something is typed
const SET = Annotation.define();

/**
 * Make an editor, and put it at the end of an element.
 *
 * @param {{parent: HTMLElement, text: string, label: string, kind: "python" | "text", readOnly?: boolean, onChange?: (text: string) => void, onRun?: () => void}} options
 *   `label` is what a screen reader calls it; `onRun` is called by Shift and Enter.
 * @returns {Editor}
 */
export function makeEditor({ parent, text, label, kind, readOnly = false, onChange, onRun }) {
  const isPython = kind === "python";
  const locked = new Compartment();
  const lock = (/** @type {boolean} */ value) => locked.of(EditorState.readOnly.of(value));
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: text,
      extensions: [
        lock(readOnly),
        history(),
        EditorView.lineWrapping,
        Prec.highest(
          keymap.of([
            { key: "Shift-Enter", run: () => (onRun?.(), true) },
            ...(isPython ? [{ key: "Escape", run: leaveByTab }] : []),
          ]),
        ),
        isPython ? forPython() : [],
        keymap.of([...defaultKeymap, ...historyKeymap]),
        EditorView.contentAttributes.of(attributes(label, isPython)),
        EditorView.updateListener.of((update) => {
          const isTyped = update.docChanged && !update.transactions.some((one) => one.annotation(SET));
          if (isTyped) onChange?.(update.state.doc.toString());
        }),
      ],
    }),
  });
  view.dom.classList.add(isPython ? "scaling-python" : "scaling-prose");
  return {
    get text() {
      return view.state.doc.toString();
    },
    set text(value) {
      if (value === view.state.doc.toString()) return;
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: value }, annotations: SET.of(true) });
    },
    focus: () => view.focus(),
    setReadOnly: (value) => view.dispatch({ effects: locked.reconfigure(EditorState.readOnly.of(value)) }),
    dom: view.dom,
    view,
  };
}

function forPython() {
  return [
    python().language, // without completion, which would finish an answer's words
    indentUnit.of("    "),
    indentOnInput(),
    bracketMatching(),
    closeBrackets(),
    syntaxHighlighting(classHighlighter),
    keymap.of([...closeBracketsKeymap, indentWithTab]),
  ];
}

/** @param {EditorView} view */
function leaveByTab(view) {
  view.setTabFocusMode(UNTIL_TAB);
  return true;
}

/** @param {string} label @param {boolean} isPython @returns {Record<string, string>} */
function attributes(label, isPython) {
  if (!isPython) return { "aria-label": label, spellcheck: "true", autocapitalize: "sentences" };
  return {
    "aria-label": label,
    "aria-describedby": hint(),
    spellcheck: "false",
    autocapitalize: "off",
    autocorrect: "off",
  };
}

/** Say once on a page how the keyboard gets out of an editor. */
function hint() {
  if (!document.getElementById(HINT)) {
    const line = document.createElement("p");
    line.id = HINT;
    line.hidden = true;
    line.textContent = "Tab moves a line in. Press Escape, then Tab, to go on.";
    document.body.append(line);
  }
  return HINT;
}
