/** A member that must be a text with something in it; anything else, null included, counts as absent. */
export function readText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A member that must be a finite number. */
export function readNumber(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/**
 * A member that must be a moment: RFC 3339 as all tools write it, with or without milliseconds, and with the `UTC` that
 * ancient AWS CLIs wrote in place of `Z`. A time without a zone is UTC, as the AWS CLI reads it.
 */
export function readMoment(value: unknown): Date | undefined {
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(value)) return undefined;
  const text = value.replace(/UTC$/, 'Z');
  const moment = new Date(/(?:Z|[+-]\d\d:?\d\d)$/i.test(text) ? text : `${text}Z`);
  return Number.isNaN(moment.getTime()) ? undefined : moment;
}

/** A member that must be a list of texts; anything else counts as absent. */
export function readTexts(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) && value.every((each) => typeof each === 'string') ? value : undefined;
}
