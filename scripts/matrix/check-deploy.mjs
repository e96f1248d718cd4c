/**
 * Whether a deployment came about: `run` ended well, the stack of the matrix is in the stand-in, and it was `cdk` of that version which
 * asked. Resolves with `{ holds, result }`, the result of `run`.
 */
export async function checkDeploy(standIn, version, run) {
  await fetch(`${standIn.url}/_admin/log`, { method: 'DELETE' });
  const result = await run();
  const [{ stacks }, log] = await Promise.all(
    ['state', 'log'].map(async (what) => (await fetch(`${standIn.url}/_admin/${what}`)).json()),
  );
  const stack = stacks.find(({ name, status }) => name === 'Matrix' && /^(CREATE|UPDATE)_COMPLETE$/.test(status));
  const calls = log.filter(({ service, userAgent }) => service === 'cloudformation' && userAgent?.includes(version));
  return { holds: result.code === 0 && stack !== undefined && calls.length > 0, result };
}
