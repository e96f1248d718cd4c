// What an expired session costs, without the user: from their click to the token and to the start of `cdk`.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { tokenFile, writeToken } from '../example-home.mjs';
import { interleave, repeat } from './pairs.mjs';
import { createHome } from './projects.mjs';
import { deploy, ways } from './sign-in.mjs';

/** Seconds left of a token that is refreshed at once. */
const nearlyOver = 60;

/** Two moments of the same runs, for each way to a new token. */
export function signInMeasurements(bench) {
  return [...refreshRows(bench), ...Object.keys(ways).flatMap((id) => loginRows(bench, id))];
}

function refreshRows(bench) {
  const runs = once(() => measureRefresh(bench));
  return [
    {
      id: 'sign-in/refresh-token',
      what: 'silent refresh: from the start of cdkx to the new token on disk',
      measure: async () => (await runs()).map(([refreshed]) => refreshed.token),
    },
    {
      id: 'sign-in/refresh-cdk',
      what: 'silent refresh: from the start of cdkx to the start of `cdk`',
      beside: 'the same with a valid session',
      measure: async () => (await runs()).map((pair) => pair.map(({ cdk }) => cdk)),
    },
  ];
}

/** The valid session is the one that a refresh before it has left: the first of all is one. */
function measureRefresh(bench) {
  const { folder, standIn, token, runs } = bench;
  const home = createHome(join(folder, 'homes/refresh'), { standIn, token });
  const refresh = async () => {
    writeToken(home, 'acme', await standIn.control('issueToken', { expiresIn: nearlyOver }));
    return deploy(bench, home);
  };
  return interleave(refresh, () => deploy(bench, home), { runs });
}

function loginRows(bench, id) {
  const { name } = ways[id];
  const runs = once(() => measureLogin(bench, id));
  return [
    {
      id: `sign-in/${id}-token`,
      what: `${name}: from the click to the token on disk`,
      measure: async () => (await runs()).map(({ token }) => token),
    },
    {
      id: `sign-in/${id}-cdk`,
      what: `${name}: from the click to the start of \`cdk\``,
      measure: async () => (await runs()).map(({ cdk }) => cdk),
    },
  ];
}

/** Every login starts without a token; the client stays registered, as it does for people. */
function measureLogin(bench, id) {
  const { folder, standIn, runs } = bench;
  const home = createHome(join(folder, 'homes', id), { standIn });
  const logIn = (index) => {
    rmSync(tokenFile(home), { force: true });
    return deploy(bench, home, ways[id], (Math.max(index, 0) + 0.5) / runs);
  };
  return repeat(logIn, { runs, warmUp: 1 });
}

function once(compute) {
  let result;
  return () => (result ??= compute());
}
