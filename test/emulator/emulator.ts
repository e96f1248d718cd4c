import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { handleAdmin } from './admin.ts';
import { bootstrapAccounts } from './bootstrap.ts';
import { cloudFormationService } from './cloudformation/index.ts';
import { createControls, type Controls } from './controls.ts';
import { ec2Service } from './ec2.ts';
import { ecrService } from './ecr.ts';
import { createFaults, send, type Faults } from './faults.ts';
import { readCall, route } from './router.ts';
import { oidcService, portalService } from './identity-center/index.ts';
import type { EmulatorOptions } from './options.ts';
import type { RequestRecord } from './request-log.ts';
import { s3Service } from './s3.ts';
import { createWorld, type World } from './state.ts';
import { ssmService } from './ssm.ts';
import { stsService, stsWebIdentityService } from './sts.ts';

export type { EmulatorOptions } from './options.ts';
export type { Fault } from './faults.ts';
export type { RequestRecord } from './request-log.ts';
export type { TokenFile, TokenRequest } from './token-file.ts';

/** A running stand-in for AWS. The controls (`issueToken`, `revoke`, `expire` …) are its own methods. */
export interface Emulator extends Controls {
  /** Base URL, `http://127.0.0.1:PORT`. */
  readonly url: string;
  readonly port: number;
  /** Environment variables that send every AWS SDK, the AWS CLI and `cdk` here. */
  env(): Record<string, string>;
  /** Every request so far, oldest first; tests may empty it. */
  readonly log: RequestRecord[];
  readonly faults: Faults;
  /** TCP connections accepted so far. */
  connections(): number;
  /** Everything it remembers, for tests that look inside. */
  readonly world: World;
  /** Stops listening and cuts every connection. */
  close(): Promise<void>;
}

/** Starts a stand-in for AWS on 127.0.0.1. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const world = createWorld(options);
  bootstrapAccounts(world);
  const log: RequestRecord[] = [];
  const parts = { world, log, faults: createFaults(), controls: createControls(world) };
  const services = {
    signed: [stsService, cloudFormationService, s3Service, ssmService, ec2Service, ecrService],
    unsigned: [oidcService, portalService, stsWebIdentityService],
  };
  const server = createServer((request, response) => {
    const answered =
      request.url?.startsWith('/_admin/') === true
        ? readCall(request).then((call) => send(response, handleAdmin(parts, call), undefined))
        : route({ ...parts, ...services }, request, response);
    answered.catch((error: unknown) => fail(error, request.url, () => response.destroy()));
  });
  let connections = 0;
  server.on('connection', () => (connections += 1));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  world.url = `http://127.0.0.1:${port}`;
  return {
    ...parts.controls,
    url: world.url,
    port,
    env: () => environmentFor(world.url),
    log,
    faults: parts.faults,
    connections: () => connections,
    world,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A bug of the stand-in itself must be seen, not taken for a network fault. */
function fail(error: unknown, target: string | undefined, cut: () => void): void {
  const isGone = error instanceof Error && 'code' in error && error.code === 'ECONNRESET';
  if (!isGone) console.error(`The stand-in for AWS failed on ${target ?? '?'}:`, error);
  cut();
}

const SERVICES = ['SSO', 'SSO_OIDC', 'STS', 'CLOUDFORMATION', 'SSM', 'S3', 'EC2', 'ECR', 'IAM', 'SIGNIN'];

function environmentFor(url: string): Record<string, string> {
  const endpoints = SERVICES.map((service) => [`AWS_ENDPOINT_URL_${service}`, url]);
  return {
    ...Object.fromEntries(endpoints),
    AWS_ENDPOINT_URL: url,
    // Not for any SDK, but for a browser with a person in front of it (`scripts/sign-in-page.mjs`).
    STAND_IN_URL: url,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    CDK_DISABLE_CLI_TELEMETRY: '1',
    CDK_DISABLE_VERSION_CHECK: '1',
    CDK_NOTICES: 'false',
  };
}
