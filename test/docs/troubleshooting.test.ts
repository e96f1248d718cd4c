import { expect, it } from '@jest/globals';
import { errorCodes } from '../../lib/messages/errors.ts';
import { readPage } from './pages.ts';

it('docs/troubleshooting.md has an entry for each error code, and for nothing else', () => {
  const entries = readPage('docs/troubleshooting.md').split(/^### /m).slice(1);
  const codes = entries.map((entry) => entry.split('\n', 1)[0]);
  expect(codes).toHaveLength(new Set(codes).size);
  expect(new Set(codes)).toEqual(new Set(Object.keys(errorCodes)));
  // Each says what happened and what to do, in a paragraph each.
  expect(entries.filter((entry) => entry.split(/\n## /)[0]?.trim().split(/\n\n+/).length !== 3)).toEqual([]);
});
