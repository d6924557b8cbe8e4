/**
 * `node scripts/generate-wasm.mjs` assembles the word counter and writes its module. `--check` fails when the module is
 * out of date.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import createWabt from 'wabt';
import { root } from './project.mjs';

const source = join(root, 'src/reports/word-counter/word-counter.wat');
const target = join(root, 'src/reports/word-counter/word-counter-module.ts');

const wabt = await createWabt();
const module = wabt.parseWat(source, readFileSync(source, 'utf8'), { simd: true });
module.validate();
const { buffer } = module.toBinary({});
const text = `/** word-counter.wat, assembled. Made by scripts/generate-wasm.mjs: not to be edited. */
export const WORD_COUNTER_MODULE =
  '${Buffer.from(buffer).toString('base64')}';
`;

if (!process.argv.includes('--check')) {
  writeFileSync(target, text);
  console.log(`${target}: ${buffer.length} bytes of WebAssembly`);
} else if (readFileSync(target, 'utf8') !== text) {
  console.error('src/reports/word-counter/word-counter-module.ts is stale: run npm run generate');
  process.exitCode = 1;
}
