/** The text with the passwords of its URLs replaced. A password ends at the last `@` before the path. */
export function withoutPasswords(text: string): string {
  // Matches only at the beginning of a word: to try each letter would take very long in a word of a megabyte.
  return text.replace(/\b(\w+:\/\/[^\s:/@]*):[^\s/]*@/g, '$1:***@');
}
