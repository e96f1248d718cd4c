/**
 * The variable in which the wrapper hands the chosen stage to the credential plugin within `cdk`.
 * Its name does not begin with `CDK`: `cdk` parses those as its own options.
 */
export const stageVariable = 'X_CDKX_STAGE';
