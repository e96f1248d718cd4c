const noLinks = 'Wine makes no symbolic links, and shows those of Linux as what they lead to.';
const connections = 'Wine resets a connection that the server closes while the client still sends.';
const slow = 'Wine serves hundreds of connections too slowly for the time limits of the test.';

/** Tests that may fail under Wine because of Wine: `file`, a part of the test's name, and the reason. */
export const wineFaults = [
  { file: 'test/cdk/find-cdk.test.ts', test: /alias package/, reason: noLinks },
  { file: 'test/cdk/plugins.test.ts', test: /behind a link/, reason: noLinks },
  { file: 'test/commands/profile/pin.test.ts', test: /file that a link leads to/, reason: noLinks },
  { file: 'test/sso/cache/token-cache.test.ts', test: /symbolic link/, reason: noLinks },
  { file: 'test/aws-config/edit/edit-config.test.ts', test: /link/, reason: noLinks },
  { file: 'test/system/files.test.ts', test: /link/, reason: noLinks },
  { file: 'test/project/write-cdk-json.test.ts', test: /symbolic link/, reason: noLinks },
  { file: 'test/sso/login/browser-login.test.ts', test: /hostile requests|no port open any more/, reason: connections },
  { file: 'test/commands/configure/configure.test.ts', test: /five hundred accounts/, reason: slow },
];
