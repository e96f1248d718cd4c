// A browser with a person in front of it, for runs without either: opens the sign-in page, allows, follows the way back.
const [url, decision = 'allow'] = process.argv.slice(2);
const page = await (await fetch(url)).text();
const fields = [...page.matchAll(/<input[^>]*type="hidden"[^>]*>/g)].map(([input]) => [
  /name="([^"]*)"/.exec(input)?.[1] ?? '',
  /value="([^"]*)"/.exec(input)?.[1] ?? '',
]);
const action = /<form[^>]*action="([^"]*)"/.exec(page)?.[1] ?? url;
const user = 'ada@acme.example';
await fetch(new URL(action, url), {
  method: 'POST',
  body: new URLSearchParams([...fields, ['user', user], ['decision', decision]]),
});
