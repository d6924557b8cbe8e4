import type { Shop } from './shop.js';

/** Texts that differ only in their bytes, or that a file format, a spreadsheet or a collation may change. */
const AWKWARD_LABELS: readonly string[] = [
  '',
  ' ',
  'a',
  'A',
  'a ',
  'a  ',
  'ä',
  'a\u0308',
  '"quoted"',
  'one, two',
  'two\nlines',
  'two\r\nlines',
  'a tab\there',
  "it's; DROP TABLE awkward",
  '=SUM(A1:A9)',
  '+1',
  '-1',
  '@now',
  '😀',
  '😀 and 😃',
  '\uffee beside an emoji',
  'null',
  '0',
  '\\',
  '%',
  'x'.repeat(250),
  '漢'.repeat(250),
];

export async function createAwkwardTable({ run }: Pick<Shop, 'run'>): Promise<void> {
  await run(
    `CREATE TABLE shop.awkward (
       id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, label VARCHAR(250) NOT NULL, points BIGINT NOT NULL
     ) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci`,
  );
  const rows = AWKWARD_LABELS.flatMap((label, index) =>
    Array.from({ length: 1 + (index % 3) }, (_, turn) => [label, (index % 5) * 1000 - turn]),
  );
  await run('INSERT INTO shop.awkward (label, points) VALUES ?', [rows]);
}
