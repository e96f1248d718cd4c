// A process of its own for lock.test.ts: takes the lock, says so on stdout, and holds it as long as it was told.
import { appendFileSync } from 'node:fs';
import { createProcessContext } from '../../../lib/process-context.ts';
import { withSessionLock } from '../../../lib/sso/ensure/lock.ts';
import { createReporter } from '../../../lib/terminal/reporter.ts';

const [log = '', holdMs = '0', times = '1'] = process.argv.slice(2);
const ctx = createProcessContext(process.argv[1] ?? '');
// As `createSession` of ../setup.ts, which only jest can load.
const session = { name: 'corp', startUrl: 'https://acme.awsapps.com/start', region: 'eu-west-1', endpoints: {} };
const options = { reporter: createReporter(ctx, 'quiet'), maxWaitMs: 60_000 };
for (let turn = 0; turn < Number(times); turn += 1) {
  await withSessionLock(ctx, session, options, async () => {
    appendFileSync(log, `in ${process.pid}\n`);
    process.stdout.write('held\n');
    await ctx.clock.sleep(Number(holdMs));
    appendFileSync(log, `out ${process.pid}\n`);
  });
}
