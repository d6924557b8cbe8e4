import { showChildren } from './element.js';

/**
 * Shows entries with buttons. While the pointer or the focus is in the list, no button moves: a removed entry stays in
 * its place with a disabled button, and new entries are added at the end.
 * @param {HTMLElement} list
 * @param {readonly HTMLElement[]} entries Each element has a `data-key`.
 */
export function showEntries(list, entries) {
  if (!list.matches(':hover, :focus-within')) {
    showChildren(list, entries);
    return;
  }
  const fresh = new Map(entries.map((entry) => [entry.dataset['key'], entry]));
  for (const old of /** @type {HTMLElement[]} */ ([...list.children])) {
    const key = old.dataset['key'];
    if (!fresh.has(key)) retire(old);
    fresh.delete(key);
  }
  list.append(...fresh.values());
}

/** @param {HTMLElement} entry */
function retire(entry) {
  entry.classList.add('gone');
  const button = entry.querySelector('button');
  if (button !== null) button.ariaDisabled = 'true';
}
