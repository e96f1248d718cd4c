// One deploy into several accounts with each version of aws-cdk (`npm run test:cdks`), as a table of docs/compatibility.md.

/**
 * 2.100 is the oldest that cdkx is tried with; 2.166 is the last with the AWS SDK for JavaScript 2. `reasons` says why a test is known to
 * fail with a version, by how its title begins.
 */
export const versions = [
  { cdk: '2.100.0', lib: '2.100.0' },
  { cdk: '2.166.0', lib: '2.166.0' },
  {
    cdk: '2.170.0',
    lib: '2.170.0',
    reasons: {
      'lasts a minute':
        'this `cdk` assumes each role once and keeps those credentials to the end of the run, with or without cdkx; a deployment with it has to end before they do, an hour by default',
    },
  },
  { cdk: '2.1000.3', lib: '2.178.2' },
  { cdk: '2.1130.0', lib: '2.250.0' },
  { cdk: '2', lib: '2' },
];
/** The columns of the table, by how the title of their test begins. */
const columns = {
  'deploys through cdkx': 'through `cdkx`',
  'deploys with plain cdk': 'plain `cdk` with the plugin',
  'would be seen': 'an account touched by another is seen',
  'lasts a minute on': 'a minute on 20 s credentials',
};
/** The results of `npm run test:cdks`, by the version that was asked for, as a table, and why what fails does. */
export function accountsTable(results) {
  const rows = rowsOf(results);
  const cell = ({ tests }, start) => {
    const test = tests.find(({ title }) => title.startsWith(start));
    return { passed: 'works', failed: '**fails**' }[test?.status] ?? 'not run';
  };
  const table = [
    `| aws-cdk | with aws-cdk-lib | ${Object.values(columns).join(' | ')} | run on |`,
    `| --- | --- |${' --- |'.repeat(Object.keys(columns).length + 1)}`,
    ...rows.map((row) => {
      const cells = Object.keys(columns).map((start) => cell(row, start));
      return `| ${row.cdk} | ${row.lib} | ${cells.join(' | ')} | ${row.date} |`;
    }),
  ];
  const told = failures(results).map(({ cdk, title, reason }) => ({ cdk, title, reason: reason ?? '**not known**' }));
  const lines = [...new Set(told.map(({ cdk, reason }) => `- ${cdk}: ${reason}`))];
  const titles = (line) =>
    told.filter(({ cdk, reason }) => line === `- ${cdk}: ${reason}`).map(({ title }) => `“${title}”`);
  const reasons = lines.map((line) => `${line} (${titles(line).join(', ')})`);
  return [...table, ...(reasons.length > 0 ? ['', 'What fails, and why:', '', ...reasons] : [])].join('\n');
}

/** What failed: the version, the title of the test, and the reason where it is known. */
export function failures(results) {
  return rowsOf(results).flatMap(({ cdk, asked, tests }) => {
    const reasons = Object.entries(versions.find((version) => version.cdk === asked)?.reasons ?? {});
    const reasonOf = (title) => reasons.find(([start]) => title.startsWith(start))?.[1];
    return tests
      .filter(({ status }) => status === 'failed')
      .map(({ title }) => ({ cdk, title, reason: reasonOf(title) }));
  });
}

/** The versions that are tried first, in their order, then every other one with a result: none is left out. */
function rowsOf(results) {
  const tried = versions.map(({ cdk }) => cdk);
  const others = Object.keys(results).filter((asked) => !tried.includes(asked));
  return [...tried, ...others].flatMap((asked) => (results[asked] === undefined ? [] : { ...results[asked], asked }));
}
