import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { gzipSync } from 'node:zlib';

export interface PageFile {
  readonly type: string;
  readonly content: Uint8Array<ArrayBuffer>;
  /** The content by gzip; made when it is asked for first. */
  zipped(): Uint8Array<ArrayBuffer>;
  /** Weak: the same for both. */
  readonly etag: string;
}

/** The same relative path from `src` and from `dist`: browsers get the files as they are written. */
const FOLDER = new URL('../../../src/http/dashboard/page/', import.meta.url);

/** Files of other kinds in the folder are not for browsers. */
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** By name. */
export function loadPageFiles(): ReadonlyMap<string, PageFile> {
  const files = new Map<string, PageFile>();
  for (const name of readdirSync(FOLDER)) {
    const type = TYPES[extname(name)];
    if (type !== undefined)
      files.set(name, pageFile(type, new Uint8Array(readFileSync(new URL(name, FOLDER)))));
  }
  return files;
}

function pageFile(type: string, content: Uint8Array<ArrayBuffer>): PageFile {
  let zipped: Uint8Array<ArrayBuffer> | undefined;
  return {
    type,
    content,
    zipped: () => (zipped ??= new Uint8Array(gzipSync(content))),
    etag: `W/"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`,
  };
}
