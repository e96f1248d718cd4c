import { join } from 'node:path';
import { repository } from '../helpers/cli.ts';

/** The folder of the aws-cdk that the tests run with. */
export const installedCdk = join(repository, 'node_modules/aws-cdk');
