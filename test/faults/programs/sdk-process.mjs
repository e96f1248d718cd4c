// A program with the AWS SDK, as `cdk` and every tool in JavaScript is one: gets the role credentials of a profile, and tells how it went.
import { fromSSO } from '@aws-sdk/credential-provider-sso';

try {
  const { accessKeyId } = await fromSSO({ profile: 'acme-dev' })();
  process.stdout.write(JSON.stringify({ accessKeyId }));
} catch (error) {
  process.stdout.write(JSON.stringify({ error: error.message }));
}
