import { allowedArguments, ownerOf, relations } from '../../spec/argumentFacts.ts';
import { gatesOf } from '../../spec/argumentValues.ts';
import type { ComponentName } from '../../spec/componentsSchema.ts';
import type { SpecProblem } from '../../spec/problems.ts';
import { type Check, problemAt } from './check.ts';

const components: readonly ComponentName[] = [
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kubelet',
  'kube-proxy',
  'etcd',
];

interface Argument {
  readonly component: ComponentName;
  readonly flag: string;
  readonly value: string;
  readonly kubernetesVersion: string;
}

/** Extra arguments are ones that may be set, with values with which the component starts. */
export const checkExtraArguments: Check = ({ spec }) =>
  components.flatMap((component) => {
    const { extraArguments } = spec.components[component];
    const { kubernetesVersion } = spec;
    const problems = Object.entries(extraArguments).flatMap(([flag, value]) =>
      argumentProblem({ component, flag, value, kubernetesVersion }),
    );
    return problems.length > 0 ? problems : relationProblems(component, extraArguments);
  });

function argumentProblem({ component, flag, value, kubernetesVersion }: Argument): readonly SpecProblem[] {
  const path = pathOf(component, flag);
  const allowed = allowedArguments[component];
  const known = Object.hasOwn(allowed, flag) ? allowed[flag] : undefined;
  if (known !== undefined) {
    const form = known === 'gates' ? gatesOf(kubernetesVersion) : known;
    return form.accepts(value) ? [] : [problemAt(path, value, form.allowed, `Change it to ${form.allowed}.`)];
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

/** Judged once each value by itself is right. */
function relationProblems(
  component: ComponentName,
  extraArguments: Readonly<Record<string, string>>,
): readonly SpecProblem[] {
  const get = (flag: string, otherwise: string) => extraArguments[flag] ?? otherwise;
  return (relations[component] ?? []).flatMap(({ flag, holds, allowed }) =>
    extraArguments[flag] === undefined || holds(get)
      ? []
      : [problemAt(pathOf(component, flag), extraArguments[flag], allowed, `Change it to ${allowed}.`)],
  );
}

const pathOf = (component: ComponentName, flag: string) => ['components', component, 'extraArguments', flag];
