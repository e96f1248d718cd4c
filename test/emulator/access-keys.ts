import { randomBytes } from 'node:crypto';
import { secret } from './issued-secrets.ts';
import type { AccessKey, World } from './state.ts';

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function keyId(prefix: 'AKIA' | 'ASIA' | 'AROA' | 'AIDA'): string {
  return prefix + [...randomBytes(16)].map((byte) => BASE32.charAt(byte % 32)).join('');
}

/**
 * Issues temporary credentials of a role.
 * @param roleName The IAM role's name, as it stands in the assumed-role ARN.
 * @param seconds How long they live; the settings' `roleCredentials` by default.
 */
export function issueRoleCredentials(
  world: World,
  accountId: string,
  roleName: string,
  sessionName: string,
  seconds: number = world.settings.lifetimes.roleCredentials,
): AccessKey {
  const key: AccessKey = {
    accessKeyId: keyId('ASIA'),
    secretAccessKey: secret('secret-access-key'),
    sessionToken: secret('session-token', 48),
    accountId,
    arn: `arn:aws:sts::${accountId}:assumed-role/${roleName}/${sessionName}`,
    userId: `${keyId('AROA')}:${sessionName}`,
    expiresAt: world.clock.now() + seconds * 1000,
  };
  world.accessKeys.set(key.accessKeyId, key);
  return key;
}

/** Creates an IAM user's access key, which does not expire. */
export function issueUserKey(world: World, accountId: string, userName: string): AccessKey {
  const key: AccessKey = {
    accessKeyId: keyId('AKIA'),
    secretAccessKey: secret('user-secret-access-key'),
    accountId,
    arn: `arn:aws:iam::${accountId}:user/${userName}`,
    userId: keyId('AIDA'),
  };
  world.accessKeys.set(key.accessKeyId, key);
  return key;
}
