import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildIfStale } from '../../scripts/build.mjs';
import { root } from '../../scripts/project.mjs';

/** Replaces `from` by `to` in one file. `from` must occur exactly once. */
export interface Patch {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/**
 * Compiles the service, with the patches, in a folder of its own. Later changes of the sources do not affect the run,
 * and a mutant does not affect the sources.
 */
export async function makeTree(dir: string, patches: readonly Patch[]): Promise<void> {
  mkdirSync(dir, { recursive: true });
  // The compiled service serves the page from its source files.
  for (const name of ['schema.graphql', 'package.json', 'migrations', 'src/http/dashboard/page'])
    cpSync(join(root, name), join(dir, name), { recursive: true });
  if (patches.length === 0) {
    await buildIfStale();
    cpSync(join(root, 'dist'), join(dir, 'dist'), { recursive: true });
    return;
  }
  cpSync(join(root, 'src'), join(dir, 'src'), { recursive: true });
  for (const patch of patches) applyPatch(dir, patch);
  await compile(dir);
}

/** @throws Error if the source does not contain the text exactly once; the mutant then has to be adapted */
export function applyPatch(dir: string, { file, from, to }: Patch): void {
  const path = join(dir, file);
  const source = readFileSync(path, 'utf8');
  const found = source.split(from).length - 1;
  if (found !== 1) {
    throw new Error(
      `The mutant does not fit ${file} any more; this should be there once and is ${found} times:\n${from}`,
    );
  }
  writeFileSync(
    path,
    source.replace(from, () => to),
  );
}

function compile(dir: string): Promise<void> {
  const config = {
    extends: join(root, 'tsconfig.json'),
    compilerOptions: {
      noEmit: false,
      allowJs: false,
      checkJs: false,
      rootDir: 'src',
      outDir: 'dist',
      // A mutant may leave unused code.
      noUnusedLocals: false,
      noUnusedParameters: false,
    },
    include: ['src'],
  };
  writeFileSync(join(dir, 'tsconfig.json'), JSON.stringify(config));
  return new Promise((resolve, reject) => {
    const compiler = spawn(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', dir], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let complaints = '';
    compiler.stdout.on('data', (data) => (complaints += data));
    compiler.once('error', reject);
    compiler.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`The service does not compile:\n${complaints.trim()}`));
    });
  });
}
