import { AsyncLocalStorage } from 'node:async_hooks';

/** Which variables the function that is running was given; the stack names each variable once for all functions. */
interface FunctionEnvironment {
  readonly own: Readonly<Record<string, string>>;
  /** Variables of other functions: not set for this one. */
  readonly foreign: ReadonlySet<string>;
}

const environments = new AsyncLocalStorage<FunctionEnvironment>();
const named = new Set<string>();

/** All functions share this process. Each sees the process's variables, its own, and none that only another was given. */
export function runWithEnvironment<Result>(own: Readonly<Record<string, string>>, run: () => Result): Result {
  isolate();
  for (const name of Object.keys(own)) named.add(name);
  return environments.run({ own, foreign: named }, run);
}

let isolated = false;

function isolate(): void {
  if (isolated) return;
  isolated = true;
  process.env = new Proxy(process.env, {
    get(variables, name: string) {
      const environment = environments.getStore();
      if (environment && name in environment.own) return environment.own[name];
      if (environment?.foreign.has(name)) return undefined;
      return Reflect.get(variables, name);
    },
    // Without the proxy as receiver: Node's own variables take no property that another object defines.
    set: (variables, name, value) => Reflect.set(variables, name, value),
  });
}
