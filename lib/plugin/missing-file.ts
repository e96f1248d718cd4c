import type { MessageParts } from '../messages/errors.ts';

/** Whether a file of cdkx couldn't be loaded: it was deleted or updated, perhaps an hour into a deployment. */
export function isMissingFile(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  const isMissing = 'code' in error && ['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND'].includes(String(error.code));
  return isMissing || / does not provide an export named /.test(error.message);
}

export function missingFileMessage({ message }: Error): MessageParts {
  return {
    what: 'cannot load a file of cdkx',
    why: [message.split('\n', 1)[0] ?? message, 'cdkx was probably updated or removed while it was running.'],
    next: [{ say: "Run the command again. If that doesn't help, reinstall cdkx." }],
  };
}
