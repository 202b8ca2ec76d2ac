import * as z from 'zod';
import { AwsError } from '../errors.ts';
import { operation } from '../operation.ts';
import { accessTo, accessToAll } from './access.ts';
import { matcher } from './filters.ts';
import { type InstanceRow, instanceExists, instanceOf, instanceState, instances, updateInstance } from './instances.ts';
import { metadataOptionsInput } from './launchParameters.ts';
import { interfacesOfInstance, networkInterfaces } from './networkInterfaces.ts';
import { pageOf } from './paging.ts';

const flag = z.strictObject({ Value: z.boolean() }).optional();

export const ModifyInstanceAttribute = operation({
  input: z.strictObject({ InstanceId: z.string(), SourceDestCheck: flag, DisableApiTermination: flag }),
  access: (world, { InstanceId, ...changes }) => {
    const [attribute] = Object.keys(changes);
    return [
      accessTo(
        world,
        'ModifyInstanceAttribute',
        instanceOf(world, InstanceId).instanceId,
        attribute ? { 'ec2:Attribute': attribute } : {},
      ),
    ];
  },
  run: (world, { InstanceId, SourceDestCheck, DisableApiTermination }) => {
    const instance = instanceOf(world, InstanceId);
    if ((SourceDestCheck === undefined) === (DisableApiTermination === undefined)) {
      throw new AwsError('InvalidParameterCombination', 'Exactly one attribute must be given');
    }
    if (DisableApiTermination) {
      updateInstance(world, InstanceId, { terminationProtected: DisableApiTermination.Value });
      return {};
    }
    const [primary, secondary] = interfacesOfInstance(world, InstanceId);
    if (!primary)
      throw new AwsError('IncorrectInstanceState', `The instance '${instance.instanceId}' has no network interface`);
    if (secondary) {
      throw new AwsError(
        'InvalidInstanceID',
        `There are multiple interfaces attached to instance '${InstanceId}'. Please specify an interface ID for the operation instead.`,
      );
    }
    networkInterfaces(world).put(primary.networkInterfaceId, {
      ...primary,
      sourceDestCheck: SourceDestCheck?.Value ?? primary.sourceDestCheck,
    });
    return {};
  },
});

export const DescribeInstanceAttribute = operation({
  input: z.strictObject({
    InstanceId: z.string(),
    Attribute: z.enum(['userData', 'disableApiTermination', 'sourceDestCheck', 'instanceType', 'rootDeviceName']),
  }),
  access: (world, { InstanceId }) => [
    accessTo(world, 'DescribeInstanceAttribute', instanceOf(world, InstanceId).instanceId),
  ],
  run: (world, { InstanceId, Attribute }) => {
    const instance = instanceOf(world, InstanceId);
    const [primary] = interfacesOfInstance(world, InstanceId);
    const attributes = {
      userData: { UserData: { Value: instance.userData === '' ? undefined : instance.userData } },
      disableApiTermination: { DisableApiTermination: { Value: instance.terminationProtected } },
      sourceDestCheck: { SourceDestCheck: { Value: primary?.sourceDestCheck } },
      instanceType: { InstanceType: { Value: instance.instanceType } },
      rootDeviceName: { RootDeviceName: { Value: instance.rootDeviceName } },
    };
    return { InstanceId, ...attributes[Attribute] };
  },
});

export const ModifyInstanceMetadataOptions = operation({
  input: metadataOptionsInput.extend({ InstanceId: z.string() }),
  access: (world, { InstanceId }) => [
    accessTo(world, 'ModifyInstanceMetadataOptions', instanceOf(world, InstanceId).instanceId),
  ],
  run: (world, { InstanceId, ...options }) => {
    const metadata = { ...instanceOf(world, InstanceId).metadata, ...definedOnly(options) };
    updateInstance(world, InstanceId, { metadata });
    return { InstanceId, InstanceMetadataOptions: { ...metadata, State: 'pending' } };
  },
});

/** Options that were left out keep their value. */
function definedOnly(options: object): object {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

export const DescribeIamInstanceProfileAssociations = operation({
  input: z.strictObject({
    AssociationIds: z.array(z.string()).optional(),
    Filters: z.array(z.strictObject({ Name: z.string(), Values: z.array(z.string()) })).optional(),
    MaxResults: z.number().int().optional(),
    NextToken: z.string().optional(),
  }),
  access: (world) => accessToAll(world, 'DescribeIamInstanceProfileAssociations'),
  run: (world, request) => {
    const name = 'DescribeIamInstanceProfileAssociations';
    const fields = { 'instance-id': (row: InstanceRow) => row.instanceId, state: () => 'associated' };
    const matches = matcher(world, name, request.Filters, fields, associationId);
    const wanted = request.AssociationIds && new Set(request.AssociationIds);
    const associated = [...instances(world).rows()].filter(
      (row) => row.instanceProfile && instanceExists(world, row) && instanceState(world, row) !== 'terminated',
    );
    const found = associated.filter((row) => (wanted?.has(associationId(row)) ?? true) && matches(row));
    const { rows, nextToken } = pageOf(found, request, associationId);
    const shown = rows.map((row) => ({
      AssociationId: associationId(row),
      InstanceId: row.instanceId,
      IamInstanceProfile: { Arn: row.instanceProfile?.arn, Id: row.instanceProfile?.id },
      State: 'associated',
    }));
    return { IamInstanceProfileAssociations: shown, NextToken: nextToken };
  },
});

/** An instance has one profile, so the association's id follows from the instance's. */
const associationId = ({ instanceId }: InstanceRow) => instanceId.replace(/^i-/, 'iip-assoc-');
