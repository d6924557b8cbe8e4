import { ReadableStream } from 'node:stream/web';
import { createBrotliCompress, createGzip, constants } from 'node:zlib';
import { pipeline, Readable, type Transform } from 'node:stream';
import { sortedIndexes, takeRows, type ReportTable, type RowOrder } from '../../reports/report.js';
import { MEDIA_TYPES, negotiateEncoding, type Encoding } from './negotiate.js';
import type { ReportFormat } from './request-schemas.js';

/** Rows that are written at a time: a few dozen kilobytes. */
const SLICE = 2000;
/** Fewer rows than this (some three kilobytes) are not worth compressing. */
const ROWS_WORTH_COMPRESSING = 100;

export interface ReportBody {
  readonly slices: AsyncIterable<ReportTable>;
  readonly rowCount: number;
  readonly format: ReportFormat;
  /** For `Content-Disposition`, without an ending. */
  readonly fileName: string;
}

/**
 * Streams a report: a slice is read when the caller has taken the one before, so that memory does not grow with the
 * rows. The first slice is read before this resolves, so that an error still finds a status line to be told in.
 */
export async function reportResponse(
  report: ReportBody,
  request: Request,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const { format } = report;
  const isWorthIt = report.rowCount >= ROWS_WORTH_COMPRESSING;
  const encoding = isWorthIt ? negotiateEncoding(request.headers, ['br', 'gzip']) : 'identity';
  const slices = await startReading(report.slices);
  const body = ReadableStream.from(compress(written(slices, format), encoding));
  return new Response(body as BodyInit, {
    headers: { ...reportHeaders(report, encoding), ...headers },
  });
}

/** The headers alone, for HEAD. */
export function reportHeaders(
  { format, fileName }: Pick<ReportBody, 'format' | 'fileName'>,
  encoding: Encoding = 'identity',
): Record<string, string> {
  return {
    'content-type': format === 'csv' ? `${MEDIA_TYPES.csv}; charset=utf-8` : MEDIA_TYPES[format],
    vary: 'Accept, Accept-Encoding',
    'cache-control': 'no-store',
    ...(format === 'json' ? {} : { 'content-disposition': `attachment; filename="${fileName}.${format}"` }),
    ...(encoding === 'identity' ? {} : { 'content-encoding': encoding }),
  };
}

/** A table in memory, slice by slice. */
export async function* slicesOf(table: ReportTable, order: RowOrder): AsyncGenerator<ReportTable> {
  const indexes = sortedIndexes(table, order);
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
  slices: AsyncIterable<ReportTable>,
  format: ReportFormat,
): AsyncGenerator<Uint8Array> {
  const { head, row, between, tail } = LAYOUTS[format];
  let before = head;
  for await (const { userIds, totalWords } of slices) {
    let text = '';
    for (let index = 0; index < userIds.length; index += 1) {
      text += before + row(userIds[index] as number, totalWords[index] as number);
      before = between;
    }
    if (text !== '') yield Buffer.from(text);
  }
  yield Buffer.from((before === head ? head : '') + tail);
}

interface Layout {
  readonly head: string;
  readonly row: (userId: number, totalWords: number) => string;
  readonly between: string;
  readonly tail: string;
}

const jsonRow = (userId: number, totalWords: number): string =>
  `{"user_id":${userId},"total_words":${totalWords}}`;

/** Every cell is a whole number, so that CSV needs no quotes, and no spreadsheet takes one for a formula. */
const LAYOUTS: Readonly<Record<ReportFormat, Layout>> = {
  json: { head: '{"data":[', row: jsonRow, between: ',', tail: ']}\n' },
  ndjson: { head: '', row: (...cells) => `${jsonRow(...cells)}\n`, between: '', tail: '' },
  csv: {
    head: 'user_id,total_words\n',
    row: (userId, totalWords) => `${userId},${totalWords}\n`,
    between: '',
    tail: '',
  },
};

function compress(chunks: AsyncIterable<Uint8Array>, encoding: Encoding): AsyncIterable<Uint8Array> {
  if (encoding === 'identity') return chunks;
  // The iteration of the compressor's output passes an error of the source on.
  return pipeline(Readable.from(chunks), compressor(encoding), () => {});
}

function compressor(encoding: 'br' | 'gzip'): Transform {
  if (encoding === 'gzip') return createGzip({ level: 6 });
  // Brotli's own default (11) is made for files that are compressed once.
  return createBrotliCompress({ params: { [constants.BROTLI_PARAM_QUALITY]: 4 } });
}
