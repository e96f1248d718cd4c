/** When and where the figures were measured: one line for all Nodes of which the same is true. */
export function measuredOn({ nodes }) {
  const texts = [...new Set(nodes.map(circumstances))];
  return texts.flatMap((text, index) => {
    const versions = nodes.filter((group) => circumstances(group) === text).map(({ node }) => node.slice(1));
    return [...(index === 0 ? [] : ['']), `Node ${versions.join(', ')}: ${text}`];
  });
}

function circumstances({ date, system, cdkx, commit, cdk, npx, aws, runs }) {
  const programs = [
    commit ? `cdkx ${cdkx} (${commit})` : `cdkx ${cdkx}`,
    `aws-cdk ${cdk}`,
    npx ? `npx ${npx}` : 'no npx here',
    aws ? `AWS CLI ${aws}` : 'no AWS CLI v2 here',
  ];
  return `${runs} pairs of each row, on ${date}, ${system}; ${programs.join(', ')}.`;
}
