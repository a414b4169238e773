/** Puts text where the cursor of the box is, in place of `before` characters; Ctrl+Z takes it out again. */
export function insert(text, before = 0) {
  const box = document.getElementById("composer-body");
  const start = box.selectionStart - before;
  box.focus();
  box.setSelectionRange(start, box.selectionEnd);
  document.execCommand("insertText", false, text);
  // What is still to be filled in is selected.
  const open = /\{\{.*?\}\}/.exec(text);
  if (open) box.setSelectionRange(start + open.index, start + open.index + open[0].length);
}
