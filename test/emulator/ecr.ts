import { jsonService } from './json-protocol.ts';
import type { Service } from './service.ts';

/** The container registry as `cdk gc` asks it: always empty, since nothing here pushes images. */
export const ecrService: Service = jsonService('ecr', 'AmazonEC2ContainerRegistry_V20150921', {
  ListImages: () => ({ imageIds: [] }),
  DescribeImages: () => ({ imageDetails: [] }),
});
