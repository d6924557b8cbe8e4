import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { root } from '../../scripts/project.mjs';
import { CONFIG_VARIABLES } from '../../src/config.js';

const readme = read('README.md');
const scripts = Object.keys((JSON.parse(read('package.json')) as { scripts: object }).scripts);

describe('the documents', () => {
  test('name the same variables in the configuration, .env.example and the README', () => {
    const example = [...read('.env.example').matchAll(/^(?:# )?([A-Z][A-Z_]+)=/gm)].map(([, name]) => name);
    const table = readme.slice(readme.indexOf('## Configuration'), readme.indexOf('## Why Bee-Queue'));
    const listed = [...table.matchAll(/^\| `([A-Z_]+)`/gm)].map(([, name]) => name);
    expect(new Set(example)).toEqual(new Set(CONFIG_VARIABLES));
    expect(new Set(listed)).toEqual(new Set(CONFIG_VARIABLES));
  });

  test('name commands that there are', () => {
    const files = [
      'README.md',
      'CHANGELOG.md',
      ...readdirSync(join(root, 'docs'))
        .filter((name) => name.endsWith('.md'))
        .map((name) => `docs/${name}`),
    ];
    for (const file of files) {
      for (const [, name] of read(file).matchAll(/npm run ([a-z:]+)/g))
        expect([file, scripts]).toEqual([file, expect.arrayContaining([name])]);
    }
  });

  test('link to files that there are', () => {
    for (const [, target] of readme.matchAll(/\]\((?!https?:)([^)#]+)\)/g)) {
      expect([target, exists(target as string)]).toEqual([target, true]);
    }
  });
});

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

function exists(path: string): boolean {
  try {
    readdirSync(join(root, path));
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOTDIR';
  }
}
