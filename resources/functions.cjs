// The functions that states, operators and machines call: one for each file below functions/steps, functions/api and
// functions/nodeApi, with the role that resources/roles.cjs makes for it. Routes call those of api and nodeApi:
// shared/operations/routes.ts.
const { basename } = require('node:path');
const { functionSources, pascal } = require('./functionSources.cjs');

const signingRoles = ['IssueCertsRole', 'IssueKubeconfigRole', 'PostCertificatesRole'];

/** What a function needs besides what all have. */
const needs = {
  deleteObjects: { environment: { BUCKET_NAME: '${self:custom.bucket}' } },
  disableSchedules: { environment: { SCHEDULE_GROUP: { Ref: 'ScheduleGroup' } } },
  listClusters: { environment: { VERSION: '${file(package.json):version}' } },
  // Streams a file of some 100 MB from its publisher into the bucket.
  mirrorAsset: { timeout: 120, memorySize: 1024 },
  resolveFacts: {
    environment: {
      STAGE: '${sls:stage}',
      BUCKET_NAME: '${self:custom.bucket}',
      NODE_API_ID: { Ref: 'HttpApi' },
      NODE_API_URL: { 'Fn::GetAtt': ['HttpApi', 'ApiEndpoint'] },
      PERMISSIONS_BOUNDARY_ARN: { Ref: 'PermissionsBoundary' },
      NODE_VERBS_DOCUMENT: { Ref: 'NodeVerbs' },
      SIGNING_ROLE_ARNS: { 'Fn::Sub': signingRoles.map((role) => `\${${role}.Arn}`).join(',') },
      KEY_POLICY_ROLE_ARN: { 'Fn::GetAtt': ['IssueCertsRole', 'Arn'] },
      KEY_DELETION_ROLE_ARNS: { 'Fn::GetAtt': ['DeleteKeysRole', 'Arn'] },
    },
  },
  startWorkflow: {
    events: [{ eventBridge: { eventBus: { Ref: 'OperationsBus' }, pattern: { 'detail-type': ['OperationRequested'] } } }],
  },
};

module.exports = () =>
  Object.fromEntries(
    ['functions/steps', 'functions/api', 'functions/nodeApi'].flatMap(functionSources).map((source) => {
      const name = basename(source);
      return [name, { handler: `${source}.handler`, role: `${pascal(name)}Role`, ...needs[name] }];
    }),
  );
