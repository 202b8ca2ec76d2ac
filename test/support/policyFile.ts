import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** What the packaged stack replaces in policy files: the framework's variables here, CloudFormation's by `references`. */
const frameworkVariables: Readonly<Record<string, string>> = {
  'self:custom.deploymentId': 'kubestep-dev-us-east-1',
  'self:service': 'kubestep',
  'sls:stage': 'dev',
};

/** The statements of a function's policy file, with what they refer to put in. */
export function statementsOf(file: string, references: Readonly<Record<string, string>>): object[] {
  const known = { ...frameworkVariables, ...references };
  const reference = (name: string): string => known[name] ?? `unknown reference ${name}`;
  const substitute = (text: string) => text.replace(/\$\{([^}]+)\}/g, (_, name: string) => reference(name));
  const text = readFileSync(file, 'utf8').replace(/\$\{((?:self|sls):[^}]+)\}/g, (_, name: string) => reference(name));
  return parse(text, {
    customTags: [
      { tag: '!Sub', resolve: substitute },
      { tag: '!GetAtt', resolve: reference },
      { tag: '!Ref', resolve: reference },
    ],
  }) as object[];
}
