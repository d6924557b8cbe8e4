import { expect, test } from '@jest/globals';
import { LargeAnswers } from '../../src/http/large-answers.js';
import type { Answer } from '../../src/http/web/answer.js';

const ANN = { name: 'ann', role: 'viewer' } as const;
const BEN = { name: 'ben', role: 'viewer' } as const;

test('of one requester one is made at a time, until its client has taken it', async () => {
  const { ask, made } = stage();
  const first = await ask(ANN);
  void ask(ANN);
  await ask(BEN);
  expect(made).toEqual(['ann', 'ben']);
  for await (const _ of first.body as AsyncIterable<string>);
  await new Promise(setImmediate);
  expect(made).toEqual(['ann', 'ben', 'ann']);
});

test('one whose client has gone, or that could not be made, makes room for the next', async () => {
  const { ask, made, answers } = stage();
  const gone = new AbortController();
  await ask(ANN, gone.signal);
  const waiting = ask(ANN, AbortSignal.abort(new Error('gone')));
  gone.abort();
  await expect(waiting).rejects.toThrow('gone');
  await expect(answers.answer(exchangeOf(ANN), () => Promise.reject(new Error('x')))).rejects.toThrow('x');
  await ask(ANN);
  expect(made).toEqual(['ann', 'ann']);
});

test('where all callers are one requester, eight are made at a time', async () => {
  const { ask, made } = stage(true);
  await Promise.all(Array.from({ length: 8 }, () => ask(ANN)));
  void ask(ANN);
  await new Promise(setImmediate);
  expect(made).toHaveLength(8);
});

function stage(isOneRequester = false) {
  const answers = new LargeAnswers({ isOneRequester });
  const made: string[] = [];
  const make = async (name: string): Promise<Answer> => {
    made.push(name);
    return { status: 200, headers: {}, body: text() };
  };
  const ask = (requester: typeof ANN | typeof BEN, signal?: AbortSignal) =>
    answers.answer(exchangeOf(requester, signal), () => make(requester.name));
  return { answers, made, ask };
}

function exchangeOf(requester: typeof ANN | typeof BEN, signal = new AbortController().signal) {
  return { requester, signal };
}

async function* text(): AsyncGenerator<string> {
  yield 'a';
}
