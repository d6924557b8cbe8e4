import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DefinitionError } from '../reports/check-definition.js';
import { toolkit } from '../reports/define-report.js';
import { SHIPPED } from '../reports/kinds/index.js';
import { ReportCatalog, type ReportFile } from '../reports/report-catalog.js';
import type { ReportDefinition } from '../reports/report-definition.js';

/** `orders.report.ts`, `orders.report.mjs`, `orders.report.js`. */
const REPORT_FILE = /\.report\.(ts|mjs|js)$/;

/**
 * Loads the reports that are part of the service, and the reports in the folder REPORTS_DIR. The default export of each
 * file in the folder is called with the toolkit, and returns the result of `defineReport`.
 *
 * @throws DefinitionError with the name of the file and the fault in it
 */
export async function loadReports(dir: string | undefined): Promise<ReportCatalog> {
  return new ReportCatalog(SHIPPED, dir === undefined ? [] : await loadFolder(resolve(dir)));
}

async function loadFolder(dir: string): Promise<readonly ReportFile[]> {
  const names = await readdir(dir).catch((cause: unknown) => {
    throw new DefinitionError(`REPORTS_DIR=${dir}`, `cannot be read: ${messageOf(cause)}`);
  });
  const files = names.filter((name) => REPORT_FILE.test(name)).sort();
  return await Promise.all(
    files.map(async (name) => ({ file: name, report: await load(join(dir, name), name) })),
  );
}

async function load(path: string, name: string): Promise<ReportDefinition> {
  let report: unknown;
  try {
    const define = (await importModule(path))['default'];
    if (typeof define !== 'function') throw new TypeError('its default export is not a function');
    report = await (define as (tools: typeof toolkit) => unknown)(toolkit);
  } catch (cause) {
    throw new DefinitionError(`${name}:`, messageOf(cause));
  }
  if (!isDefinition(report))
    throw new DefinitionError(`${name}:`, 'its function does not return defineReport(…)');
  return report;
}

async function importModule(path: string): Promise<Record<string, unknown>> {
  const url = pathToFileURL(path).href;
  if (!path.endsWith('.ts')) return (await import(url)) as Record<string, unknown>;
  // Node.js 20 cannot import TypeScript by itself. tsx is loaded only where it is needed, because loading takes 100 ms.
  const { tsImport } = await import('tsx/esm/api');
  const module = (await tsImport(url, import.meta.url)) as Record<string, unknown>;
  // In a folder without a package.json of the type "module", the file is CommonJS: its default export holds all its
  // exports.
  return isModule(module['default']) ? module['default'] : module;
}

function isModule(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && 'default' in value;
}

function isDefinition(value: unknown): value is ReportDefinition {
  return typeof value === 'object' && value !== null && 'fingerprint' in value && 'aggregate' in value;
}

function messageOf(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  // A syntax error in TypeScript: `Transform failed with 1 error:`, and below it the file with line and column.
  const [, line, reason] = /:(\d+):\d+: ERROR: (.*)/.exec(message) ?? [];
  return line === undefined ? message : `line ${line}: ${reason}`;
}
