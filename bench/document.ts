import { machineLine, markdownTable, type Result } from './result.js';

/**
 * Replaces the text between `<!-- bench: NAMES -->` and `<!-- end of bench -->` by the rows of the named claims. The
 * text stays when the result has none of these claims.
 */
export function fillIn(page: string, result: Result): string {
  return page.replaceAll(
    /(<!-- bench: ([^>]+?) -->\n)[^]*?(<!-- end of bench -->)/g,
    (place: string, begin: string, names: string, end: string) => {
      const wanted = names.split(/,\s*/);
      const claims = result.claims.filter(({ name, rows }) => wanted.includes(name) && rows.length > 0);
      if (claims.length === 0) return place;
      const parts = [markdownTable({ ...result, claims }), `Measured on ${machineLine(result)}.`];
      return `${begin}\n${parts.join('\n\n')}\n\n${end}`;
    },
  );
}
