/**
 * Writes the generated part of `schema.graphql` from the definitions of the shipped reports. With `--check` it writes
 * nothing, and exits with 1 when the file is out of date.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { SHIPPED } from '../src/reports/kinds/index.js';
import { ReportCatalog } from '../src/reports/report-catalog.js';
import { reportSdl } from '../src/http/graphql/report-sdl.js';
import { withReports } from '../src/http/graphql/schema-text.js';

const SCHEMA = new URL('../schema.graphql', import.meta.url);

const present = await readFile(SCHEMA, 'utf8');
const generated = await format(withReports(present, reportSdl(new ReportCatalog(SHIPPED))), {
  ...(await resolveConfig(fileURLToPath(SCHEMA))),
  parser: 'graphql',
});

if (!process.argv.includes('--check')) await writeFile(SCHEMA, generated);
else if (present !== generated) {
  console.error('schema.graphql is not what the definitions of reports say: npm run generate');
  process.exitCode = 1;
}
