/**
 * Opens the page on which the stand-in for AWS asks a person; resolves with a function that presses a button (`allow` or `deny`) as them,
 * and follows the way back to whoever waits for the answer.
 */
export async function openSignInPage(address) {
  const url = reachable(address);
  const page = await (await fetch(url)).text();
  const fields = [...page.matchAll(/<input[^>]*type="hidden"[^>]*>/g)].map(([input]) => [
    /name="([^"]*)"/.exec(input)?.[1] ?? '',
    /value="([^"]*)"/.exec(input)?.[1] ?? '',
  ]);
  const action = /<form[^>]*action="([^"]*)"/.exec(page)?.[1] ?? url;
  return async (decision) => {
    const user = 'ada@acme.example';
    await fetch(new URL(action, url), {
      method: 'POST',
      body: new URLSearchParams([...fields, ['user', user], ['decision', decision]]),
    });
  };
}

/** The page of one of AWS's own hosts as the stand-in has it (`STAND_IN_URL`). The access portal finds its way by the fragment. */
function reachable(address) {
  const { hostname, pathname, search, hash } = new URL(address);
  const standIn = process.env.STAND_IN_URL;
  if (standIn === undefined || !/\.(?:awsapps|amazonaws)\.com$/.test(hostname)) return address;
  return standIn + (hash.startsWith('#/') ? hash.slice(1) : pathname + search);
}
