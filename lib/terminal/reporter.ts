import type { MessageParts } from './user-error.ts';

/** How much cdkx says: `quiet` only errors and questions, `verbose` everything. */
export type LogLevel = 'quiet' | 'normal' | 'verbose';

/** cdkx's voice: always on stderr, each message prefixed `cdkx: `, never a secret in it. */
export interface Reporter {
  readonly level: LogLevel;
  /** True where a person can answer: a terminal on stdin and stderr, no CI, no agent. */
  readonly interactive: boolean;
  /** One plain line that a person on a terminal wants to see (profile line, a finished login). Shown only on a terminal, or when verbose. */
  info(line: string): void;
  /** What was done, or what follows. Always shown, but not when quiet. */
  notice(parts: MessageParts | string): void;
  /** Something the user should know although the command goes on. Always shown, but not when quiet. */
  warn(parts: MessageParts): void;
  /** A detail for those who asked for details. */
  verbose(line: string): void;
  /** A failure. Always shown. */
  error(parts: MessageParts): void;
}
