// Fragments know no viewer. What is not shown to the owner of a chat, or the author of a bubble,
// is hidden by one rule made for this person, so that whatever is swapped in later obeys it too.
const me = CSS.escape(document.body.dataset.user);
const mine = new CSSStyleSheet();
mine.replaceSync(
  `[data-assigned-to="${me}"] .unless-mine, [data-author="${me}"] .unless-mine { display: none !important }`,
);
document.adoptedStyleSheets = [...document.adoptedStyleSheets, mine];
