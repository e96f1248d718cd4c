import { readdirSync, readFileSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Makes the links that programs under Wine ask for (link-requests.cjs), and removes directories below those of `temporary`, nothing else.
 * `unix` translates a path of theirs. Returns the function that stops it.
 */
export function serveLinks(folder, { unix, temporary }) {
  const answer = ({ link, target, remove, force }) => {
    if (link !== undefined) symlinkSync(unix(target), unix(link));
    else if (temporary.some((folder) => unix(remove).startsWith(`${folder}/`)))
      rmSync(unix(remove), { recursive: true, force });
    else throw Object.assign(new Error('outside'), { code: 'EPERM' });
  };
  const timer = setInterval(() => {
    for (const name of readdirSync(folder).filter((each) => each.endsWith('.request'))) {
      const request = join(folder, name);
      const reply = request.replace(/request$/, 'answer');
      let code = '';
      try {
        answer(JSON.parse(readFileSync(request, 'utf8')));
      } catch (error) {
        ({ code } = error);
      }
      unlinkSync(request);
      writeFileSync(`${reply}.tmp`, code);
      renameSync(`${reply}.tmp`, reply);
    }
  }, 5);
  return () => clearInterval(timer);
}
