import { state } from '@aws-sdk/core/client';

// Every file that loads a client or provider of the AWS SDK imports this one: the SDK's note about old versions of Node would appear in the
// middle of a deployment, where no one can do anything about it.
state.warningEmitted = true;
