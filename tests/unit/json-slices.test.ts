import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { jsonSlices } from '../../src/http/web/json-slices.js';

test('slices together are the JSON of the value, on a line', async () => {
  const values = fc.oneof(fc.jsonValue(), fc.dictionary(fc.string(), fc.constantFrom(undefined, 1, [])));
  await fc.assert(
    fc.asyncProperty(values, async (value) => {
      expect((await collect(value)).join('')).toBe(`${JSON.stringify(value)}\n`);
    }),
  );
});

test('members that say themselves what they are in JSON are written so', async () => {
  const value = { at: new Date(0), data: { at: new Date(1), nodes: [new Date(2)] } };
  expect((await collect(value)).join('')).toBe(`${JSON.stringify(value)}\n`);
});

test('entries of lists are written as JSON.stringify writes them', async () => {
  const value = { data: Object.create(null) as object, errors: [{ toJSON: () => 'shown' }, undefined] };
  expect(await collect(value)).toEqual(['{"data":{},"errors":["shown",null]}\n']);
});

test('a large value comes in slices, between which the process does other work', async () => {
  const ids = Array.from({ length: 1000 }, (_, index) => index);
  const value = { data: { nodes: Array.from({ length: 200 }, () => ({ filter: { ids } })) } };
  let turns = 0;
  const count = (): void => void ((turns += 1), (next = setImmediate(count)));
  let next = setImmediate(count);
  const slices = await collect(value);
  clearImmediate(next);
  expect(Math.max(...slices.map(({ length }) => length))).toBeLessThan(80_000);
  expect(turns).toBeGreaterThanOrEqual(slices.length - 1);
  expect(slices.join('')).toBe(`${JSON.stringify(value)}\n`);
});

async function collect(value: unknown): Promise<readonly string[]> {
  const slices: string[] = [];
  for await (const slice of jsonSlices(value)) slices.push(slice);
  return slices;
}
