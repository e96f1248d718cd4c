import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from '../context.ts';
import { cacheFolder } from './cache-folder.ts';

/** No write and no taking of a lock lasts that long: what is older was left behind by a process that was killed, milliseconds. */
const abandonedMs = 60_000;
/** What cdkx makes beside a file of the cache before it is renamed: a new text, or a lock with its owner in it. */
const ownName = /^[0-9a-f]{40}\.json(?:\.\d+\.[0-9a-f]{12}\.tmp|\.lock\.\d+\.[0-9a-f-]{36})$/;

/**
 * Removes from the token cache what killed processes of cdkx left half-made, a minute later or more. Such a file may hold a token, which
 * would lie there for ever. Never throws.
 */
export function removeLeftovers({ home, clock }: Pick<Context, 'home' | 'clock'>): void {
  const folder = cacheFolder({ home });
  quietly(() => {
    for (const name of readdirSync(folder).filter((each) => ownName.test(each))) {
      const path = join(folder, name);
      quietly(() => {
        if (clock.now() - statSync(path).mtimeMs > abandonedMs) rmSync(path, { recursive: true });
      });
    }
  });
}

function quietly(act: () => void): void {
  try {
    act();
  } catch {
    // It is gone already, or may not be touched: it does no harm where it is.
  }
}
