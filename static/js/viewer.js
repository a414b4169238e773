// Fragments know no viewer. What is not shown to the owner of a chat, or the author of a bubble, or only to whoever
// muted a chat, follows rules made for this person, so that whatever is swapped in later obeys them too.
const me = CSS.escape(document.body.dataset.user);
const mine = new CSSStyleSheet();
const muted = new CSSStyleSheet();
mine.replaceSync(
  `[data-assigned-to="${me}"] .unless-mine, [data-author="${me}"] .unless-mine, .inside__one[data-author="${me}"],
  [data-closed]:not([data-assigned-to="${me}"]) ~ form:not(:has([value="1"]:checked)) > :not(.composer__modes) { display: none !important }
  [data-author="${me}"] .if-mine { display: inline-flex }`,
);
document.adoptedStyleSheets = [...document.adoptedStyleSheets, mine, muted];

function hush() {
  muted.replaceSync(`${document.getElementById("muted").dataset.where} { display: inline-flex }`);
}
for (const name of ["htmx:wsAfterMessage", "dialog:close"]) document.addEventListener(name, hush);
