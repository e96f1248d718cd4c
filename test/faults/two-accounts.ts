import { sharedConfig } from '../helpers/project.ts';

/** The accounts of the profiles `acme-dev` and, through a role that is assumed from there, `role`. */
export const [dev, prod] = ['111111111111', '222222222222'] as const;

export const config = `${sharedConfig}
[profile role]
role_arn = arn:aws:iam::${prod}:role/Deploy
source_profile = acme-dev
region = eu-west-1

[profile not-mine]
sso_session = acme
sso_account_id = ${dev}
sso_role_name = Nobody
region = eu-west-1
`;
