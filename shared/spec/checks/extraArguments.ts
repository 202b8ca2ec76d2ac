import type { ComponentName } from '../../blueprint/blueprint.ts';
import { allowedArguments, argumentForms, ownerOf } from '../argumentFacts.ts';
import type { SpecProblem } from '../problems.ts';
import { type Check, problemAt } from './check.ts';

const components: readonly ComponentName[] = [
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kubelet',
  'kube-proxy',
  'etcd',
];

/** Extra arguments are ones that may be set, with values of their form. */
export const checkExtraArguments: Check = ({ spec }) =>
  components.flatMap((component) =>
    Object.entries(spec.components[component].extraArguments).flatMap(([flag, value]) =>
      argumentProblem(component, flag, value),
    ),
  );

function argumentProblem(component: ComponentName, flag: string, value: string): readonly SpecProblem[] {
  const path = ['components', component, 'extraArguments', flag];
  const allowed = allowedArguments[component];
  const form = Object.hasOwn(allowed, flag) ? allowed[flag] : undefined;
  if (form !== undefined) {
    const { pattern, allowed: text } = argumentForms[form];
    return pattern.test(value) ? [] : [problemAt(path, value, text, `Change it to ${text}.`)];
  }
  const owner = ownerOf(component, flag);
  const flags = `--${Object.keys(allowed).join(', --')}`;
  if (owner !== undefined) return [problemAt(path, `--${flag}`, flags, `Remove it: --${flag} belongs to ${owner}.`)];
  return [
    problemAt(
      path,
      `--${flag}`,
      flags,
      'Remove it: only flags that cannot break what kubestep promises are passed on.',
    ),
  ];
}
