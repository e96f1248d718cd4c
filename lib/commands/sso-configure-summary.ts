import type { ConfigChange } from '../profile/edit-config.ts';
import { shellWord } from '../terminal/shell-word.ts';
import type { MessageParts } from '../terminal/user-error.ts';
import type { ConfigurePlan } from './sso-configure-plan.ts';

const namedAtMost = 5;

/** What to say about a plan: before the change is shown (names that had to differ, roles that have a profile), and after it is written. */
export function describePlan(
  { edits, written, kept, renamed }: ConfigurePlan,
  { isChanged, shownPath }: Pick<ConfigChange, 'isChanged' | 'shownPath'>,
): { readonly before: readonly string[]; readonly after: MessageParts } {
  const removed = edits.filter(({ action }) => action === 'remove').length;
  const changes = renamed.map(({ wanted, name, reason }) => {
    return `"${wanted}" is ${reason === 'taken' ? 'another profile here' : 'the name of several roles'}: ${name}`;
  });
  const more = changes.length - namedAtMost;
  const keptLine =
    kept.length === 0
      ? []
      : [
          `${kept.length} ${kept.length === 1 ? 'role has a profile' : 'roles have profiles'} already: ${list(kept.map(({ profile }) => profile))}`,
        ];
  const nothing = isChanged ? [] : [`nothing to write: ${shownPath} is up to date`];
  const first = written[0];
  return {
    before: [
      ...changes.slice(0, namedAtMost),
      ...(more > 0 ? [`and ${more} more names with the account added`] : []),
      ...keptLine,
      ...nothing,
    ],
    after: {
      what: `${shownPath}: wrote ${written.length} profile${written.length === 1 ? '' : 's'}${removed === 0 ? '' : `, removed ${removed}`}`,
      next: first === undefined ? [] : ['Pin one for a project:', `    cdkx profile pin ${shellWord(first)}`],
    },
  };
}

function list(names: readonly string[]): string {
  const rest = names.length - namedAtMost;
  return [...names.slice(0, namedAtMost), ...(rest > 0 ? [`and ${rest} more`] : [])].join(', ');
}
