/** Replaces the passwords in the URLs of a text. A password ends at the last `@` before the path. */
export function withoutPasswords(text: string): string {
  // A match starts only at the beginning of a word, because a start at each letter would take quadratic time in a word
  // of a megabyte.
  return text.replace(/\b(\w+:\/\/[^\s:/@]*):[^\s/]*@/g, '$1:***@');
}
