// A browser with a person in front of it, for runs without either: opens the sign-in page, allows, follows the way back.
import { openSignInPage } from './sign-in-page.mjs';

const [url, decision = 'allow'] = process.argv.slice(2);
const press = await openSignInPage(url);
await press(decision);
