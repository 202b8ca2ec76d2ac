import { backupEtcd } from './backupEtcd.ts';
import { createCluster } from './createCluster.ts';
import { deleteCluster } from './deleteCluster.ts';
import type { Operation, OperationRequest } from './operation.ts';
import { reconfigureCluster } from './reconfigureCluster.ts';

/** Every operation, by the name of its state machine. */
export const operations = { createCluster, reconfigureCluster, deleteCluster, backupEtcd } satisfies Record<
  string,
  Operation<OperationRequest>
>;

export type OperationName = keyof typeof operations;

/** The operation of a name; its request is known to nobody but itself. */
export const operationOf = (name: OperationName): Operation<OperationRequest> => operations[name];
