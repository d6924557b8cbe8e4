import { faker } from '@faker-js/faker/locale/en';

/** About 22 MB of posts in UTF-8, of faker's words and a few words that are not ASCII. */
export function sampleTexts(): Buffer[] {
  faker.seed(7);
  const foreign = ['naïve', 'größer', '語', 'émoji😀', 'a\u00a0b', 'c\u3000d'];
  const words = Array.from({ length: 4096 }, (_, index) =>
    index % 100 === 0 ? foreign[index % 6]! : faker.word.sample(),
  );
  return Array.from({ length: 50_000 }, (_, post) => {
    const length = 10 + ((post * 37) % 91);
    return Buffer.from(Array.from({ length }, (_, word) => words[(post * 131 + word * 17) % 4096]).join(' '));
  });
}
