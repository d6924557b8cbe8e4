import { machineLine, markdownTable, type Result } from './result.js';

/**
 * Puts figures into a page. Between `<!-- bench: NAMES; plots: NAMES -->` and `<!-- end of bench -->` stand the rows of
 * these claims and the plots; a place whose claims the result does not have stays as it is.
 *
 * @param plots where the plots are as the page sees them; empty when none were drawn
 */
export function fillIn(page: string, result: Result, plots: ReadonlyMap<string, string>): string {
  return page.replaceAll(
    /(<!-- bench: ([^;>]+?)(?:; plots: ([^>]+?))? -->\n)[^]*?(<!-- end of bench -->)/g,
    (place: string, begin: string, names: string, drawings: string | undefined, end: string) => {
      const wanted = names.split(/,\s*/);
      const claims = result.claims.filter(({ name, rows }) => wanted.includes(name) && rows.length > 0);
      if (claims.length === 0) return place;
      const images = (drawings?.split(/,\s*/) ?? []).flatMap((name) => {
        const path = plots.get(name);
        return path === undefined ? [] : [`![${name.replaceAll('-', ' ')}](${path})`];
      });
      const parts = [markdownTable({ ...result, claims }), `Measured on ${machineLine(result)}.`, ...images];
      return `${begin}\n${parts.join('\n\n')}\n\n${end}`;
    },
  );
}
