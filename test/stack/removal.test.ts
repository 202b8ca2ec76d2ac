import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { CallObserver } from '../../local/cloud/cloud.ts';
import { policyUseRecorder } from '../../local/cloud/iam/policyUse.ts';
import type { World } from '../../local/cloud/world.ts';
import { anAccount } from '../support/embeddedWorld.ts';
import { demoSpec } from '../support/runs.ts';
import { emptySnapshot } from '../support/standingCluster.ts';
import { losesAnswersOfCreations } from './lostAnswers.ts';
import { nameOf, type RoleStatement, removal, statementsOfStack } from './removal.ts';
import { reasonToKeep, refusedInOtherWords } from './unusedStatements.ts';
import { wholeLife } from './wholeLife.ts';

jest.setTimeout(1_200_000);

const withSpec = (document: Record<string, unknown>, name: string, changes: object) => ({
  ...document,
  metadata: { name },
  spec: { ...(document.spec as object), deletionProtection: false, ...changes },
});

interface Life {
  readonly spec: Record<string, unknown>;
  /** What happens to its calls; nothing unless said. */
  readonly observers?: () => readonly CallObserver[];
}

/** Clusters whose lives differ in what functions call. */
const lives = {
  'stacked etcd': { spec: demoSpec },
  'dedicated etcd': { spec: withSpec(parse(readFileSync('events/secondCluster.yaml', 'utf8')), 'shop', {}) },
  'routed pods': { spec: withSpec(demoSpec, 'routed', { network: { plugin: 'routed' } }) },
  'lost answers': { spec: demoSpec, observers: () => [losesAnswersOfCreations()] },
} satisfies Readonly<Record<string, Life>>;

/** Lives a life in a new account, with what else is to see its calls. */
async function live({ spec, observers }: Life, more: readonly CallObserver[], prepare?: (world: World) => void) {
  const account = await anAccount({ from: await emptySnapshot(), observers: [...(observers?.() ?? []), ...more] });
  prepare?.(account.world);
  await wholeLife(account, spec);
  return account;
}

/** Which life needs a statement first, by the statement's name. */
const usedBy = new Map<string, string>();
let statements: readonly RoleStatement[];

beforeAll(async () => {
  for (const [name, life] of Object.entries(lives)) {
    const recorder = policyUseRecorder();
    const { world } = await live(life, []);
    recorder.stop();
    statements = statementsOfStack(world);
    for (const statement of statements) {
      const { roleArn, policy, label } = statement;
      const isUsed = recorder.used.has([roleArn, policy, label].join(' '));
      if (isUsed && !usedBy.has(nameOf(statement))) usedBy.set(nameOf(statement), name);
    }
  }
});

test('every statement of the stack’s roles is used in the life of a cluster, or has its reason', () => {
  const unexplained = statements.map(nameOf).filter((name) => !usedBy.has(name) && reasonToKeep(name) === undefined);
  expect(unexplained).toEqual([]);
});

/** Statements in rounds in which each role has one at most. */
function rounds(chosen: readonly RoleStatement[]): RoleStatement[][] {
  const made: RoleStatement[][] = [];
  const taken = new Map<string, number>();
  for (const statement of chosen) {
    const round = taken.get(statement.roleArn) ?? 0;
    taken.set(statement.roleArn, round + 1);
    made[round] = [...(made[round] ?? []), statement];
  }
  return made;
}

test.each(Object.entries<Life>(lives))(
  'without any one of the statements that a cluster with %s needs, somebody is refused',
  async (name, life) => {
    const chosen = statements.filter(
      (statement) => usedBy.get(nameOf(statement)) === name && !(nameOf(statement) in refusedInOtherWords),
    );
    const notMissed: string[] = [];
    for (const round of rounds(chosen)) {
      const removed = removal();
      await live(life, [removed.observer], (world) => removed.take(world, round));
      notMissed.push(...round.map(nameOf).filter((each) => !removed.missed.has(each)));
    }
    console.log(
      `${name}: ${chosen.length} statements removed one by one, ${chosen.length - notMissed.length} were missed`,
    );
    expect(notMissed.filter((each) => reasonToKeep(each) === undefined)).toEqual([]);
  },
);

test.each(Object.entries(refusedInOtherWords))('without %s a run ends with the refusal', async (name, words) => {
  const statement = statements.find((each) => nameOf(each) === name);
  if (!statement) throw new Error(`there is no statement ${name}`);
  const account = await anAccount({ from: await emptySnapshot() });
  removal().take(account.world, [statement]);
  await expect(wholeLife(account, undefined, 1)).rejects.toThrow(words);
});
