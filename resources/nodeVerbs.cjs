// The only way to run something on a machine: a verb of its own script, with arguments that no shell ever reads.
const { require: load } = require('tsx/cjs/api');

const { verbs } = load('../shared/machine/verbs.ts', __filename);

module.exports = () => ({
  Resources: {
    NodeVerbs: {
      Type: 'AWS::SSM::Document',
      Properties: {
        Name: '${self:service}-${sls:stage}-node-verbs',
        DocumentType: 'Command',
        DocumentFormat: 'JSON',
        UpdateMethod: 'NewVersion',
        Content: {
          schemaVersion: '2.2',
          description: 'Runs one verb of kubestep-node on a machine of a cluster',
          parameters: {
            Verb: { type: 'String', allowedValues: Object.keys(verbs) },
            OperationId: { type: 'String', allowedPattern: '^[A-Za-z0-9-]{1,64}$' },
            Fence: { type: 'String', allowedPattern: '^[0-9]{1,9}$' },
            Arguments: { type: 'String', allowedPattern: '^[A-Za-z0-9+/=]{0,4096}$' },
            TimeoutSeconds: { type: 'String', allowedPattern: '^[0-9]{1,5}$' },
          },
          mainSteps: [
            {
              action: 'aws:runShellScript',
              name: 'verb',
              inputs: {
                timeoutSeconds: '{{ TimeoutSeconds }}',
                runCommand: [
                  "/usr/local/bin/kubestep-node '{{ Verb }}' '{{ OperationId }}' '{{ Fence }}' '{{ Arguments }}'",
                ],
              },
            },
          ],
        },
      },
    },
  },
});
