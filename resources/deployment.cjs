// What CloudFormation alone cannot say of a deployment: where it is refused, what is protected once it exists, where it is
// reached, and that it is not removed from under its clusters.
const { DescribeTableCommand, DynamoDBClient, QueryCommand, UpdateTableCommand } = require('@aws-sdk/client-dynamodb');

/** China has endpoints, image accounts and service names of its own, none of which was tried. */
const untriedRegion = /^cn-/;

class Deployment {
  constructor(serverless) {
    this.serverless = serverless;
    this.provider = serverless.getProvider('aws');
    this.hooks = {
      'before:package:initialize': () => this.refuseUntriedRegion(),
      'after:deploy:deploy': () => this.protectTable(),
      'before:remove:remove': () => this.refuseWhileClustersExist(),
      'after:aws:info:displayEndpoints': () => this.displayEndpoint(),
    };
  }

  refuseUntriedRegion() {
    const region = this.provider.getRegion();
    if (!untriedRegion.test(region)) return;
    throw this.refusal(`kubestep cannot be deployed to ${region}: it was never tried in the regions of China. Choose another region.`);
  }

  /** From the first deploy that succeeded on: before that, a roll-back must be able to delete the table. */
  async protectTable() {
    const { client, TableName } = await this.table();
    const { Table } = await client.send(new DescribeTableCommand({ TableName }));
    if (Table.DeletionProtectionEnabled) return;
    await client.send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled: true }));
  }

  /** Without its functions nobody renews the certificates of a cluster's machines, and nobody can delete the cluster. */
  async refuseWhileClustersExist() {
    const names = await this.clusters();
    if (names.length === 0) return;
    throw this.refusal(
      `This deployment has clusters: ${names.join(', ')}. Without it their certificates cannot be renewed (kubelets stop ` +
        'after 7 days) and they cannot be deleted. Delete them first: kubestep delete NAME',
    );
  }

  /** The framework shows routes that are events of functions; ours are in the API's document, so it would show nothing. */
  displayEndpoint() {
    const { info } = this.serverless.pluginManager.plugins.find(({ gatheredData }) => gatheredData?.info).gatheredData;
    const url = info.endpoints.find((endpoint) => endpoint.startsWith('httpApi: '));
    if (url) this.serverless.serviceOutputs.set('endpoint', url.slice('httpApi: '.length));
  }

  async clusters() {
    const { client, TableName } = await this.table();
    const query = { TableName, KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': { S: 'clusters' } } };
    const { Items = [] } = await client.send(new QueryCommand(query)).catch((error) => {
      if (error.name === 'ResourceNotFoundException') return {};
      throw error;
    });
    return Items.map(({ sk }) => sk.S);
  }

  async table() {
    const client = new DynamoDBClient(await this.provider.getAwsSdkV3Config());
    return { client, TableName: this.serverless.service.custom.table };
  }

  refusal(message) {
    return new this.serverless.classes.Error(message, 'KUBESTEP_REFUSES');
  }
}

module.exports = Deployment;
