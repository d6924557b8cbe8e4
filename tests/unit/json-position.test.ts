import { describe, expect, it } from '@jest/globals';
import { assert, json, property } from 'fast-check';
import { whereJsonBreaks } from '../../src/http/rest/json-position.js';

describe('where JSON breaks', () => {
  it.each([
    ['', 'line 1, column 1'],
    ['{', 'line 1, column 2'],
    ['{"a":1,}', 'line 1, column 8'],
    ['[1,]', 'line 1, column 4'],
    ['[1 2]', 'line 1, column 4'],
    ['{"a" 1}', 'line 1, column 6'],
    ['{a:1}', 'line 1, column 2'],
    ["{'a':1}", 'line 1, column 2'],
    ['{"a":01}', 'line 1, column 6'],
    ['{"a":tru}', 'line 1, column 6'],
    ['{"a":"\n"}', 'line 1, column 6'],
    ['{"a":"\\x"}', 'line 1, column 6'],
    ['{\n\n "a":}', 'line 3, column 6'],
    ['[[[]]', 'line 1, column 6'],
    ['{} {}', 'line 1, column 4'],
  ])('%j breaks at %s', (text, place) => {
    expect(() => void JSON.parse(text)).toThrow();
    expect(whereJsonBreaks(text)).toBe(place);
  });

  it('is the end of anything that is JSON', () => {
    assert(
      property(json(), (text) => {
        expect(whereJsonBreaks(text)).toBe(`line 1, column ${text.length + 1}`);
      }),
    );
  });
});
