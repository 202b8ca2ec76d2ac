// For a deployment that comes back over what an earlier one left (docs/deploy.md): the part of the packaged template that
// CloudFormation is to take in by a change set of the type IMPORT, and which existing resource is which.
const { readFileSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');

/** What outlives a stack, and the bucket of packages, without which the framework does not deploy into an existing stack. */
const imported = {
  ClustersTable: ({ table }) => ({ TableName: table }),
  Bucket: ({ bucket }) => ({ BucketName: bucket }),
  HttpApi: ({ apiId }) => ({ ApiId: apiId }),
  ServerlessDeploymentBucket: ({ packages }) => ({ BucketName: packages }),
};

/** IAM does not delete it while the roles of living clusters have it; without such clusters it went with the stack. */
const importedOverClusters = {
  PermissionsBoundary: ({ boundary }) => ({ PolicyArn: boundary }),
};

/**
 * An import changes nothing of what it takes in, and a deployment only what differs from the import. So the API is taken in
 * without a route, and the deployment after it imports them all.
 */
const withoutRoutes = ({ Body, ...properties }) => ({ ...properties, Body: { ...Body, paths: {} } });

const propertiesOf = (name, { Properties }) => (name === 'HttpApi' ? { Properties: withoutRoutes(Properties) } : {});

/** CloudFormation takes nothing in that does not say what becomes of it when the stack goes. */
const importOf = ({ Resources }, names) => {
  const existing = Object.entries({ ...imported, ...(names.boundary && importedOverClusters) });
  return {
    template: {
      Resources: Object.fromEntries(
        existing.map(([name]) => [name, { DeletionPolicy: 'Retain', ...Resources[name], ...propertiesOf(name, Resources[name]) }]),
      ),
    },
    resources: existing.map(([LogicalResourceId, identify]) => ({
      ResourceType: Resources[LogicalResourceId].Type,
      LogicalResourceId,
      ResourceIdentifier: identify({ table: Resources.ClustersTable.Properties.TableName, ...names }),
    })),
  };
};

module.exports = { importOf };

if (require.main === module) {
  const [bucket, apiId, packages, boundary] = process.argv.slice(2);
  if (!packages) {
    console.error('node resources/importTemplate.cjs BUCKET API_ID BUCKET_OF_PACKAGES [BOUNDARY_ARN], after sls package');
    process.exit(2);
  }
  const read = readFileSync(join('.serverless', 'cloudformation-template-update-stack.json'), 'utf8');
  const { template, resources } = importOf(JSON.parse(read), { bucket, apiId, packages, boundary });
  writeFileSync(join('.serverless', 'import.json'), JSON.stringify(template, null, 2));
  writeFileSync(join('.serverless', 'import-resources.json'), JSON.stringify(resources, null, 2));
}
