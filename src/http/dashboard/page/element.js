/** Creates and finds elements. Text is only ever inserted as text nodes, so that it cannot become HTML. */

/**
 * @template {HTMLElement} T
 * @param {string} id
 * @param {new () => T} kind
 * @returns {T}
 */
export function byId(id, kind) {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`index.html has no such element: ${id}`);
  return found;
}

/**
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {Partial<Omit<HTMLElementTagNameMap[Name], 'dataset'>> & { dataset?: Record<string, string> }} properties
 * @param {...(Node | string | null)} children
 * @returns {HTMLElementTagNameMap[Name]}
 */
export function element(name, { dataset = {}, ...properties }, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  Object.assign(made.dataset, dataset);
  made.append(...children.filter((child) => child !== null));
  return made;
}

/**
 * Sets the text only if it differs, because screen readers announce each text that is set.
 * @param {HTMLElement} place
 * @param {string} text
 */
export function showText(place, text) {
  if (place.textContent !== text) place.textContent = text;
}

/**
 * Replaces the children of an element. If the focused child is replaced, the focus moves to the new element with its
 * id, or else to the heading of the section.
 * @param {HTMLElement} parent
 * @param {readonly (Node | string)[]} children
 */
export function showChildren(parent, children) {
  const focused = parent.contains(document.activeElement) ? document.activeElement : null;
  parent.replaceChildren(...children);
  if (focused === null) return;
  const successor = document.getElementById(focused.id) ?? parent.closest('section')?.querySelector('h2');
  successor?.focus({ preventScroll: true });
}

/**
 * The children of a `dl`: terms with their values. A term whose value is null is left out.
 * @param {readonly (readonly [term: string, known: Node | string | null, className?: string])[]} facts
 */
export function factList(facts) {
  return facts.flatMap(([term, known, className = '']) =>
    known === null ? [] : [element('div', {}, element('dt', {}, term), element('dd', { className }, known))],
  );
}

/** @param {string} status */
export function statusBadge(status) {
  return element('span', { className: 'status', dataset: { status } }, status);
}
