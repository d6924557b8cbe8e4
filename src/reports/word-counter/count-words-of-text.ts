/**
 * Counts words in UTF-8 bytes. A word is a maximal run of characters that are not white space. White space is `\s` of
 * an ECMAScript regular expression (ECMA-262, CharacterClassEscape: WhiteSpace and LineTerminator): U+0009–000D, 0020,
 * 00A0, 1680, 2000–200A, 2028, 2029, 202F, 205F, 3000, FEFF.
 *
 * For every text, the result equals `text.trim() === '' ? 0 : text.trim().split(/\s+/).length`.
 *
 * @param bytes UTF-8; an invalid sequence counts as a character that is not white space, like the U+FFFD to which it is
 *   decoded
 * @param start index of the first byte
 * @param end index after the last byte; never inside a character
 */
export function countWordsOfText(bytes: Uint8Array, start = 0, end = bytes.length): number {
  let words = 0;
  let inWord = 0;
  let index = start;
  while (index < end) {
    const byte = bytes[index] as number;
    if (byte < 0xc2) {
      const isWordByte = WORD_BYTES[byte] as number;
      words += isWordByte & (inWord ^ 1);
      inWord = isWordByte;
      index += 1;
      continue;
    }
    const width =
      byte < 0xe1 || byte > 0xef ? spaceOfTwo(bytes, index, end) : spaceOfThree(bytes, index, end);
    if (width > 0) {
      inWord = 0;
      index += width;
    } else {
      words += inWord ^ 1;
      inWord = 1;
      index += 1;
    }
  }
  return words;
}

/** 1 for a byte that begins or continues a word; 0 for the six white-space characters of one byte. */
const WORD_BYTES = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte === 0x20 || (byte >= 0x09 && byte <= 0x0d) ? 0 : 1,
);

/** U+00A0 is the only white-space character of two bytes: C2 A0. */
function spaceOfTwo(bytes: Uint8Array, index: number, end: number): number {
  return bytes[index] === 0xc2 && index + 1 < end && bytes[index + 1] === 0xa0 ? 2 : 0;
}

function spaceOfThree(bytes: Uint8Array, index: number, end: number): number {
  if (index + 2 >= end) return 0;
  const second = bytes[index + 1] as number;
  const third = bytes[index + 2] as number;
  switch (bytes[index]) {
    case 0xe1: // U+1680 = E1 9A 80
      return second === 0x9a && third === 0x80 ? 3 : 0;
    case 0xe2: // U+2000–200A, 2028, 2029, 202F = E2 80 xx; U+205F = E2 81 9F
      if (second === 0x80) {
        const space = third <= 0x8a || third === 0xa8 || third === 0xa9 || third === 0xaf;
        return space && third >= 0x80 ? 3 : 0;
      }
      return second === 0x81 && third === 0x9f ? 3 : 0;
    case 0xe3: // U+3000 = E3 80 80
      return second === 0x80 && third === 0x80 ? 3 : 0;
    case 0xef: // U+FEFF = EF BB BF
      return second === 0xbb && third === 0xbf ? 3 : 0;
    default:
      return 0;
  }
}
