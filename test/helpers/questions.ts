/** The words by which tests recognize what cdkx asks, in one place: who changes a question changes it here. */
export const questions = {
  signIn: 'Sign in now?',
  switchToCode: 'Press d',
  writeConfig: 'Write this to ~/.aws/config?',
  write: 'Write this',
  addToConfig: 'Add this to ~/.aws/config?',
  writeCdkJson: 'Write this to cdk.json?',
  whichProfile: 'Which AWS profile?',
  startUrl: 'Start URL of your AWS access portal',
  ssoRegion: 'Region of IAM Identity Center',
  sessionName: 'Name of the session',
  roles: 'Roles to create profiles for',
  profileRegion: 'Default Region for these profiles',
  waitForRole: 'Open the URL',
  confirmProd: 'Type prod to continue',
  addSchema: 'Add "$schema" too',
} as const;
