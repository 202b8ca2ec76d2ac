import { dependences } from './dependentActions.ts';
import { type OwnedStatement, policiesOfTheDeployment } from './policiesOfTheDeployment.ts';

jest.setTimeout(120_000);

let policies: readonly OwnedStatement[];
beforeAll(async () => {
  policies = await policiesOfTheDeployment();
});

/** What each role, and the boundary, allows at all: owner → actions. */
function allowedActions(): ReadonlyMap<string, ReadonlySet<string>> {
  const byOwner = new Map<string, Set<string>>();
  for (const { kind, owner, statement } of policies) {
    if (kind === 'resource' || statement.Effect === 'Deny') continue;
    const known = byOwner.get(owner) ?? new Set();
    byOwner.set(owner, known);
    for (const action of statement.Action ?? []) known.add(action);
  }
  return byOwner;
}

test('who may call an action may also do what AWS asks its caller for besides', () => {
  const missing = [...allowedActions()].flatMap(([owner, actions]) =>
    dependences
      .filter(({ action }) => actions.has(action))
      .flatMap(({ action, asks }) =>
        asks.filter((each) => !actions.has(each)).map((each) => `${owner}: ${action} asks for ${each}`),
      ),
  );
  expect(missing).toEqual([]);
});

test('every dependence is of an action that some policy allows', () => {
  const allowed = new Set([...allowedActions().values()].flatMap((actions) => [...actions]));
  expect(dependences.map(({ action }) => action).filter((action) => !allowed.has(action))).toEqual([]);
});
