import { expect, test } from '@jest/globals';
import { announcesBreakingChange } from '../../../scripts/api/changelog.js';

test('a breaking change is announced only by what is not released yet', () => {
  const line = '- **Breaking**: `totalUsers` is gone; use `users`.';
  expect(
    announcesBreakingChange(`# Changelog\n\n## Unreleased\n\n### Removed\n\n${line}\n\n## 1.0.0\n`),
  ).toBe(true);
  expect(announcesBreakingChange(`# Changelog\n\n## Unreleased\n\n${line}\n`)).toBe(true);
  expect(announcesBreakingChange(`# Changelog\n\n## Unreleased\n\n- Little.\n\n## 1.0.0\n\n${line}\n`)).toBe(
    false,
  );
  expect(announcesBreakingChange('# Changelog\n')).toBe(false);
});
