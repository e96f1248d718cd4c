// One deploy into several accounts with each version of aws-cdk (`npm run test:cdks`), as a table of docs/compatibility.md.

/** 2.100 is the oldest that cdkx is tried with; 2.166 is the last with the AWS SDK for JavaScript 2. */
export const versions = [
  { cdk: '2.100.0', lib: '2.100.0' },
  { cdk: '2.166.0', lib: '2.166.0' },
  { cdk: '2.1000.3', lib: '2.178.2' },
  { cdk: '2.1130.0', lib: '2.250.0' },
  { cdk: '2', lib: '2' },
];
/** The columns of the table, by how the title of their test begins. */
const columns = {
  'deploys through cdkx': 'through `cdkx`',
  'deploys with plain cdk': 'plain `cdk` with the plugin',
  'would be seen': 'an account touched by another is seen',
  'lasts a minute': 'a minute on 20 s credentials',
};
/** The results of `npm run test:cdks`, by the version that was asked for, as a table. */
export function accountsTable(results) {
  const rows = versions.flatMap(({ cdk }) => results[cdk] ?? []);
  const cell = ({ tests }, start) => {
    const test = tests.find(({ title }) => title.startsWith(start));
    return { passed: 'works', failed: '**fails**' }[test?.status] ?? 'not run';
  };
  return [
    `| aws-cdk | with aws-cdk-lib | ${Object.values(columns).join(' | ')} | run on |`,
    `| --- | --- |${' --- |'.repeat(Object.keys(columns).length + 1)}`,
    ...rows.map((row) => {
      const cells = Object.keys(columns).map((start) => cell(row, start));
      return `| ${row.cdk} | ${row.lib} | ${cells.join(' | ')} | ${row.date} |`;
    }),
  ].join('\n');
}
