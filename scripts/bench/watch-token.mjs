import { readFileSync, watch } from 'node:fs';
import { basename, dirname } from 'node:path';
import { tokenFile } from '../example-home.mjs';

/**
 * Watches for a new token of the project's session. `seen` gives the moment at which this process read it whole from disk, in nanoseconds:
 * never earlier than it was there. Undefined where there is no new one. Throws where there is one whose coming was not noticed.
 */
export function watchToken(home) {
  const path = tokenFile(home);
  const before = read(path);
  const isNew = () => ![undefined, before].includes(read(path));
  let moment;
  const watcher = watch(dirname(path), (_, name) => {
    if (moment === undefined && name === basename(path) && isNew()) moment = process.hrtime.bigint();
  });
  return {
    seen: () => {
      if (moment === undefined && isNew()) throw new Error('a new token was written unseen');
      return moment;
    },
    close: () => watcher.close(),
  };
}

function read(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).accessToken;
  } catch {
    return undefined;
  }
}
