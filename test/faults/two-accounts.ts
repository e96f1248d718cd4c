import { sharedConfig } from '../helpers/project.ts';

/** The accounts of the profiles `acme-dev` and, through a role that is assumed from there, `role`. */
export const [dev, prod] = ['111111111111', '222222222222'] as const;

export const config = `${sharedConfig}
[profile role]
role_arn = arn:aws:iam::${prod}:role/Deploy
source_profile = acme-dev
region = eu-west-1
`;
