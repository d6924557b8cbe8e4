import type { StartSubject } from './subject.js';
import { countWithEngine } from './engine.js';
import { countNaively, countStreaming } from './naive.js';
import { countInServer } from './group-by.js';
import { readAndDiscard } from './floor.js';
import { countWordsInMemory, splitWordsInMemory } from './words.js';

export const SUBJECTS: Readonly<Record<string, StartSubject>> = {
  engine: countWithEngine,
  naive: countNaively,
  streaming: countStreaming,
  'group-by': countInServer,
  floor: readAndDiscard,
  'count-words': countWordsInMemory,
  split: splitWordsInMemory,
};
