import type { MessageParts } from '../messages/errors.ts';

/**
 * Whether a file of cdkx was gone, or not of the same version, when it was wanted: each is loaded at its first use, perhaps an hour into a
 * deployment.
 */
export function isMissingFile(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  const isMissing = 'code' in error && ['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND'].includes(String(error.code));
  return isMissing || / does not provide an export named /.test(error.message);
}

/** The failure where a file of cdkx cannot be loaded any more. */
export function missingFileMessage({ message }: Error): MessageParts {
  return {
    what: 'a file of cdkx itself cannot be loaded.',
    why: [message.split('\n', 1)[0] ?? message, 'Most often cdkx was updated or removed while this ran.'],
    next: [{ say: 'Run the command again. If it says the same, install cdkx anew.' }],
  };
}
