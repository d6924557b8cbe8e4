import { createBrotliCompress, createGzip, constants } from 'node:zlib';
import { pipeline, Readable, type Transform } from 'node:stream';
import { cellWriter } from '../../reports/cells.js';
import { snakeCase } from '../../reports/names.js';
import { sharedIndexes, takeRows, type ReportTable } from '../../reports/report-table.js';
import type { ResultColumn } from '../../reports/result-columns.js';
import type { RowOrder } from '../../reports/row-order.js';
import type { Pace } from '../pace.js';
import type { Answer } from '../web/answer.js';
import type { Exchange } from '../web/exchange.js';
import { negotiateEncoding, type Encoding } from '../web/negotiate.js';
import { MEDIA_TYPES, type ReportFormat } from './formats.js';

/** The number of rows that are written at once: a few dozen kilobytes. */
const SLICE = 2000;
/** The cost of writing a cell, in values of `Pace`. Writing a slice takes half a millisecond. */
const VALUES_OF_CELL = 2;
/** Reports with fewer rows (about three kilobytes) are not compressed. */
const ROWS_WORTH_COMPRESSING = 100;

/** The request headers that decide the format and encoding of a report. */
export const VARY = 'Accept, Accept-Encoding';

export interface ReportBody extends Pick<ReportTable, 'columns'> {
  readonly slices: AsyncIterable<ReportTable>;
  readonly rowCount: number;
  readonly format: ReportFormat;
  /** The file name in `Content-Disposition`, without its extension. */
  readonly fileName: string;
}

/**
 * Streams a report. Each slice is read when the caller has taken the previous slice, so that memory does not grow with
 * the rows. The promise resolves after the first slice was read, so that an error in that slice can still set the
 * status.
 */
export async function reportAnswer(
  pace: Pick<Pace, 'wait'>,
  report: ReportBody,
  { headers: asked }: Pick<Exchange, 'headers'>,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const { format } = report;
  const isWorthIt = report.rowCount >= ROWS_WORTH_COMPRESSING;
  const encoding = isWorthIt ? negotiateEncoding(asked, ['br', 'gzip']) : 'identity';
  const slices = await startReading(report.slices);
  const body = compress(written(pace, report.columns, slices, format), encoding);
  return { status: 200, headers: { ...reportHeaders(report, encoding), ...headers }, body };
}

/** The headers of a report's answer. For HEAD, they are the whole answer. */
export function reportHeaders(
  { format, fileName }: Pick<ReportBody, 'format' | 'fileName'>,
  encoding: Encoding = 'identity',
): Record<string, string> {
  return {
    'content-type': format === 'csv' ? `${MEDIA_TYPES.csv}; charset=utf-8` : MEDIA_TYPES[format],
    vary: VARY,
    'cache-control': 'no-store',
    ...(format === 'json' ? {} : { 'content-disposition': `attachment; filename="${fileName}.${format}"` }),
    ...(encoding === 'identity' ? {} : { 'content-encoding': encoding }),
  };
}

/** The slices of a table in memory. */
export async function* slicesOf(table: ReportTable, order: RowOrder): AsyncGenerator<ReportTable> {
  const indexes = await sharedIndexes(table, order);
  for (let start = 0; start < indexes.length; start += SLICE) {
    yield takeRows(table, indexes.subarray(start, start + SLICE));
  }
}

async function startReading(slices: AsyncIterable<ReportTable>): Promise<AsyncIterable<ReportTable>> {
  const iterator = slices[Symbol.asyncIterator]();
  const first = await iterator.next();
  return (async function* () {
    try {
      for (let next = first; next.done !== true; next = await iterator.next()) yield next.value;
    } finally {
      await iterator.return?.();
    }
  })();
}

async function* written(
  pace: Pick<Pace, 'wait'>,
  columns: readonly ResultColumn[],
  slices: AsyncIterable<ReportTable>,
  format: ReportFormat,
): AsyncGenerator<Uint8Array> {
  const shown = columns.flatMap(({ name, type, inFiles }, column) =>
    inFiles ? [{ column, name: snakeCase(name), isText: type === 'text' || type === 'day' }] : [],
  );
  let head = { json: '{"data":[', ndjson: '', csv: `${shown.map(({ name }) => name).join()}\n` }[format];
  for await (const table of slices) {
    await pace.wait(VALUES_OF_CELL * table.rowCount * shown.length);
    const cells = shown.map((column) => ({ ...column, write: cellWriter(table, column.column) }));
    yield Buffer.from(head + writeRows(table, cells, format));
    head = format === 'json' ? ',' : '';
  }
  // The first slice begins with the head. A report without rows has no slice, so the head is written here.
  yield Buffer.from((head === ',' ? '' : head) + (format === 'json' ? ']}\n' : ''));
}

interface FileColumn {
  readonly name: string;
  readonly isText: boolean;
  readonly write: (row: number) => string;
}

function writeRows(table: ReportTable, columns: readonly FileColumn[], format: ReportFormat): string {
  switch (format) {
    case 'json':
      return writeJson(table, columns, ',', '');
    case 'ndjson':
      return writeJson(table, columns, '', '\n');
    case 'csv':
      return writeCsv(table, columns);
  }
}

function writeJson(
  { rowCount }: ReportTable,
  columns: readonly FileColumn[],
  between: string,
  end: string,
): string {
  const members = columns.map(({ name, isText, write }, index) => ({
    before: `${index === 0 ? '{' : ','}${JSON.stringify(name)}:`,
    write: isText ? (row: number) => JSON.stringify(write(row)) : write,
  }));
  let text = '';
  for (let row = 0; row < rowCount; row += 1) {
    if (row > 0) text += between;
    for (const { before, write } of members) text += before + write(row);
    text += `}${end}`;
  }
  return text;
}

/**
 * Writes CSV by RFC 4180, but with LF. Values are not changed, even if a spreadsheet would take a value for a formula.
 */
function writeCsv({ rowCount }: ReportTable, columns: readonly FileColumn[]): string {
  let text = '';
  for (let row = 0; row < rowCount; row += 1) {
    for (const [index, { isText, write }] of columns.entries()) {
      const cell = write(row);
      text += (index === 0 ? '' : ',') + (isText ? quoted(cell) : cell);
    }
    text += '\n';
  }
  return text;
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

function compress(chunks: AsyncIterable<Uint8Array>, encoding: Encoding): AsyncIterable<Uint8Array> {
  if (encoding === 'identity') return chunks;
  // The callback is empty, because the consumer of the compressor's output gets the source's error.
  return pipeline(Readable.from(chunks), compressor(encoding), () => {});
}

function compressor(encoding: 'br' | 'gzip'): Transform {
  if (encoding === 'gzip') return createGzip({ level: 6 });
  // Brotli's default quality (11) is meant for files that are compressed once and sent often.
  return createBrotliCompress({ params: { [constants.BROTLI_PARAM_QUALITY]: 4 } });
}
