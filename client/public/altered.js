// Translators put elements in the place of the page's texts, and extensions add elements of
// their own. The program would not start on such a page, or would go on changing texts that
// are not on the page any more.

(() => {
  const pristine = document.body.cloneNode(true);

  // Attributes and texts may differ, and more may follow at the end of the page.
  const hasNodesOf = (node, expected, atEnd = false) =>
    node?.nodeName === expected.nodeName &&
    (atEnd || node.childNodes.length === expected.childNodes.length) &&
    [...expected.childNodes].every((child, index) => hasNodesOf(node.childNodes[index], child));

  const fields = () => [...document.body.querySelectorAll('input, select, textarea')];

  // The program calls this before it starts: the page gets the nodes back that it expects,
  // and keeps what was typed.
  window.restorePage = () => {
    if (hasNodesOf(document.body, pristine, true)) return;
    const typed = fields().map(({ name, value }) => ({ name, value }));
    document.body.replaceChildren(...pristine.childNodes);
    for (const [index, field] of fields().entries()) {
      const before = typed[index];
      if (before && before.name === field.name && field.value !== before.value) field.value = before.value;
    }
  };

  // Later, a text that the program changes takes the place of its translation, which is then
  // translated anew.
  const translations = new WeakMap();
  const changes = new MutationObserver((records) => {
    for (const { target } of records) {
      const translation = translations.get(target);
      if (translation?.isConnected) translation.replaceWith(target);
    }
  });
  new MutationObserver((records) => {
    for (const { removedNodes, addedNodes, previousSibling, nextSibling } of records) {
      const translation = [...addedNodes, previousSibling, nextSibling].find((node) => node?.nodeName === 'FONT');
      if (!translation) continue;
      for (const text of removedNodes) {
        if (text.nodeType !== Node.TEXT_NODE || text.isConnected) continue;
        translations.set(text, translation);
        changes.observe(text, { characterData: true });
      }
    }
  }).observe(document.body, { childList: true, subtree: true });
})();
