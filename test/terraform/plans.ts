import { isDeepStrictEqual } from 'node:util';
import type { ResourceChange, TerraformPlan } from './terraform.ts';

/** Arguments that only the provider knows: AWS has nothing of the kind, so that an import leaves them unset. */
export const ofTheProviderAlone: ReadonlySet<string> = new Set([
  'force_delete',
  'force_delete_warm_pool',
  'ignore_failed_scaling_activities',
  'wait_for_capacity_timeout',
]);

/** Everything that a plan would do to AWS, one line each: `aws_subnet.… update map_public_ip_on_launch`. */
export const deedsOf = ({ resource_changes: changes = [] }: TerraformPlan): string[] =>
  changes.filter(({ mode }) => mode === 'managed').flatMap(deedOf);

function deedOf({ address, change }: ResourceChange): string[] {
  const actions = change.actions.filter((action) => action !== 'no-op' && action !== 'read');
  if (actions.length === 0) return [];
  const differing = changedArguments(change).filter((name) => !ofTheProviderAlone.has(name));
  const isOnlyTheProviders = actions.join() === 'update' && differing.length === 0;
  return isOnlyTheProviders ? [] : [`${address} ${actions.join(' and ')} ${differing.join(', ')}`.trim()];
}

function changedArguments({ before, after, after_unknown: unknown = {} }: ResourceChange['change']): string[] {
  if (before === null || after === null) return [];
  const names = Object.keys({ ...before, ...after }).filter((name) => unknown[name] !== true);
  return names.filter((name) => !isDeepStrictEqual(said(before[name]), said(after[name])));
}

/** The provider writes what is not set as null after an import, and as empty text afterwards. */
const said = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value ?? null, (_, inner: unknown) => (inner === '' ? null : inner)));

/** What the plan does not import although it would manage it. */
export const notImported = ({ resource_changes: changes = [] }: TerraformPlan): string[] =>
  changes.filter(({ mode, change }) => mode === 'managed' && !change.importing).map(({ address }) => address);

/** Types of what is managed, and of what is only read. */
export const typesOf = ({ resource_changes: changes = [] }: TerraformPlan, mode: ResourceChange['mode']): Set<string> =>
  new Set(changes.filter((one) => one.mode === mode).map(({ type }) => type));
