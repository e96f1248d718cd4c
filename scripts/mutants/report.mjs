// What became of the mutants, in numbers and as Markdown.

/** Counts by status. The score is the share that was noticed of those that tests reach and that have no recorded reason. */
export function summarize(results) {
  const count = (status) => results.filter((result) => result.status === status).length;
  const [killed, timeout, survived] = [count('killed'), count('timeout'), count('survived')];
  const [unreached, accepted] = [count('unreached'), count('accepted')];
  const judged = killed + timeout + survived;
  const score = judged === 0 ? undefined : (100 * (killed + timeout)) / judged;
  return { mutants: results.length, killed, timeout, survived, unreached, accepted, score };
}

/** The score in words, as shown in the terminal and in the documents. */
export function scoreLine({ mutants, killed, timeout, survived, unreached, accepted, score }) {
  const noticed =
    score === undefined
      ? 'none was judged'
      : `${killed + timeout} of ${killed + timeout + survived} noticed (${score.toFixed(1)} %)`;
  return [
    `${mutants} mutants: ${noticed}`,
    `${timeout} of them by a time-out`,
    `${unreached} in code that none of the tests run reaches`,
    `${accepted} left out for a recorded reason`,
  ].join(', ');
}

const cell = (text) => {
  const short = text.replace(/\s+/g, ' ').replaceAll('|', '\\|');
  const cut = short.length > 70 ? `${short.slice(0, 69)}…` : short;
  const fence = cut.includes('`') ? '``' : '`';
  return cut === '' ? '(nothing)' : `${fence} ${cut} ${fence}`.replace(/^` (.*) `$/, '`$1`');
};

/** A table of results: the place, the change and what is asked of them further. */
export function table(results, title, valueOf) {
  const rows = results.map((each) => {
    const place = `\`${each.file}:${each.line}\``;
    return `| ${place} | ${each.kind} | ${cell(each.before)} → ${cell(each.after)} | ${valueOf(each)} |`;
  });
  return [`| code | kind | change | ${title} |`, '| --- | --- | --- | --- |', ...rows].join('\n');
}

/** The whole report. */
export function reportOf(results, about, notes) {
  const of = (status) => results.filter((each) => each.status === status);
  const text = (value) => value.replace(/\s+/g, ' ').replaceAll('|', '\\|');
  const sections = [
    ['Survived', of('survived'), 'test files run', ({ ran, reaching }) => `${ran} of ${reaching}`],
    ['Reached by no test that was run', of('unreached'), 'id', ({ id }) => id],
    ['Noticed by a time-out', of('timeout'), 'test', ({ by }) => `\`${by}\``],
    ['Left out', of('accepted'), 'reason', ({ reason }) => text(reason)],
    ['Noticed', of('killed'), 'test', ({ by, name }) => `\`${by}\`: ${text(name).slice(0, 80)}`],
  ];
  return [
    '# Mutants',
    `${about}\n\n${scoreLine(summarize(results))}.`,
    ...notes,
    ...sections
      .filter(([, list]) => list.length > 0)
      .map(([title, list, column, valueOf]) => `## ${title} (${list.length})\n\n${table(list, column, valueOf)}`),
    '## To record a survivor that no test can notice',
    'Add its entry to `scripts/mutants/reasons.json`, with the reason (`equivalent: …` or `not observable on Linux: …`):',
    `\`\`\`json\n${of('survived').map(entryOf).join(',\n')}\n\`\`\``,
  ].join('\n\n');
}

function entryOf({ id, file, within, before, after }) {
  return JSON.stringify({ id, file, within, before, after, reason: '' });
}

/** The part of docs/reliability.md. */
export function documentPart(results, seed) {
  const summary = summarize(results);
  const survivors = results.filter(({ status }) => status === 'survived');
  const unreached = results.filter(({ status }) => status === 'unreached');
  const accepted = results.filter(({ status }) => status === 'accepted');
  return [
    `The fixed sample (seed ${seed}): ${scoreLine(summary)}.`,
    ...(survivors.length === 0 ? [] : ['Survivors:', table(survivors, 'id', ({ id }) => id)]),
    ...(unreached.length === 0
      ? []
      : [
          'Reached by no unit test, so not judged here (`--programs` runs the tests of the built program against them):',
          table(unreached, 'id', ({ id }) => id),
        ]),
    ...(accepted.length === 0 ? [] : ['Left out:', table(accepted, 'reason', ({ reason }) => reason)]),
  ].join('\n\n');
}
