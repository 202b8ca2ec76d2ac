// What linters (npm run lint:stack) find in resources that the framework generates, and why it stays so: beside each
// resource, as its metadata. Resources of our own carry theirs where they are written.

const { pascal } = require('./functionSources.cjs');

const skip = (reasons) => ({
  Metadata: { checkov: { skip: Object.entries(reasons).map(([id, comment]) => ({ id, comment })) } },
});

const ofEveryFunction = {
  CKV_AWS_115: 'A limit would be taken from every other function of the account; runs are limited by their locks',
  CKV_AWS_117: 'It calls public endpoints of AWS only, and a VPC of its own would have to outlive every cluster',
  CKV_AWS_173: 'Names of resources, no secrets',
};

// An event that is lost all the same is found again: a run by its execution, a pod range by the cluster's deletion.
const deadLetters = (definition) => ({
  CKV_AWS_116: definition.events?.some((event) => event.eventBridge)
    ? 'Lambda repeats the event, and its content can be looked up'
    : 'Its caller waits for its answer',
});

const ofEveryLogGroup = {
  CKV_AWS_158: 'CloudWatch encrypts with a key of its own; no secret is ever logged',
};

const ofDeploymentBucket = {
  CKV_AWS_18: 'It holds the code of the last deployments, which only deployments read',
};

/** The metadata of every function and log group in serverless.yml, and of the framework's bucket. */
module.exports = async ({ resolveVariable }) => {
  const functions = (await resolveVariable('self:functions')).flatMap(Object.entries);
  return {
    // The framework repeats in DependsOn what a Ref or GetAtt says already.
    Metadata: { 'cfn-lint': { config: { ignore_checks: ['W3005'] } } },
    extensions: {
      ServerlessDeploymentBucket: skip(ofDeploymentBucket),
      ...Object.fromEntries(
        functions.flatMap(([name, definition]) => [
          [`${pascal(name)}LambdaFunction`, skip({ ...ofEveryFunction, ...deadLetters(definition) })],
          [`${pascal(name)}LogGroup`, skip(ofEveryLogGroup)],
        ]),
      ),
    },
  };
};
