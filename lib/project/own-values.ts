import { nearestNames } from '../profile/nearest-names.ts';
import type { LogLevel } from '../terminal/reporter.ts';
import { exitCode, UserError } from '../terminal/user-error.ts';

export type LoginChoice = 'prompt' | 'auto' | 'never';

const loginChoices = ['prompt', 'auto', 'never'] as const;
const levels = ['quiet', 'normal', 'verbose'] as const;

// Each reads the value of a flag or variable (`from` names it) and throws a UserError (64) on any other.

export function parseLogin(value: string, from: string): LoginChoice {
  return loginChoices.find((choice) => choice === value) ?? refuse(from, value, loginChoices);
}

export function parseLevel(value: string, from: string): LogLevel {
  return levels.find((level) => level === value) ?? refuse(from, value, levels);
}

export function parseSwitch(value: string, from: string): boolean {
  if (value === '1' || value === 'true') return true;
  return value === '0' || value === 'false' ? false : refuse(from, value, ['1', 'true', '0', 'false']);
}

export function parseName(value: string, from: string): string {
  return value === '' ? refuse(from, value, ['the name of a stage']) : value;
}

export function parseNames(value: string): string[] {
  const names = value.split(',').map((name) => name.trim());
  if (names.includes('')) refuse('--cdkx-confirm', value, ['names of stages, separated by commas']);
  return names;
}

function refuse(from: string, value: string, accepted: readonly string[]): never {
  const [best] = accepted.length > 1 ? nearestNames(value, accepted) : [];
  throw new UserError(exitCode.usage, {
    what: `${from} cannot be "${value}".`,
    why: `It takes: ${accepted.join(', ')}.`,
    next: best === undefined ? `Give ${from} one of these, or leave it out.` : ['Did you mean:', `  ${from}=${best}`],
  });
}

/** A property, or none where the value is undefined. */
export function defined<Key extends string, Value>(key: Key, value: Value | undefined): { [name in Key]?: Value } {
  return value === undefined ? {} : ({ [key]: value } as { [name in Key]: Value });
}
