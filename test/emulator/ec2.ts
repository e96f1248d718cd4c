import { randomUUID } from 'node:crypto';
import { ApiError } from './http.ts';
import { xml } from './query-protocol.ts';
import type { Service } from './service.ts';
import { toXml, type XmlValue } from './xml.ts';

const NAMESPACE = 'http://ec2.amazonaws.com/doc/2016-11-15/';

/** Answers by action; each region has three availability zones and no VPC. */
const ANSWERS: Readonly<Record<string, (region: string) => { readonly [name: string]: XmlValue }>> = {
  DescribeAvailabilityZones: (region) => ({
    availabilityZoneInfo: ['a', 'b', 'c'].map((letter) => ({
      zoneName: `${region}${letter}`,
      zoneState: 'available',
      regionName: region,
      zoneType: 'availability-zone',
    })),
  }),
  DescribeVpcs: () => ({ vpcSet: [] }),
};

/** EC2, for context lookups. */
export const ec2Service: Service = {
  name: 'ec2',
  find(call) {
    const action = new URLSearchParams(call.body.toString('utf8')).get('Action') ?? '';
    const answer = Object.hasOwn(ANSWERS, action) ? ANSWERS[action] : undefined;
    return (
      answer && {
        name: action,
        handle(_, caller) {
          if (caller === undefined)
            throw new ApiError(401, 'AuthFailure', 'AWS was not able to validate the provided access credentials');
          const members = toXml({ requestId: randomUUID(), ...answer(caller.region) }, 'item');
          return xml(200, `<${action}Response xmlns="${NAMESPACE}">${members}</${action}Response>`);
        },
      }
    );
  },
  renderError: ({ status, code, message }) =>
    xml(
      status,
      `<Response><Errors><Error>${toXml({ Code: code, Message: message })}</Error></Errors><RequestID>${randomUUID()}</RequestID></Response>`,
    ),
};
