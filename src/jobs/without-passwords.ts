/** The text with the passwords of its URLs blanked: up to the last `@` before the path, where the host begins. */
export function withoutPasswords(text: string): string {
  // From the word's beginning only: to try each of its letters would take for ever where a word is a megabyte long.
  return text.replace(/\b(\w+:\/\/[^\s:/@]*):[^\s/]*@/g, '$1:***@');
}
