import { parse } from 'yaml';
import { contentOf, documentNamed } from '../../cloud/ssm/documents.ts';
import type { World } from '../../cloud/world.ts';

interface ShellStep {
  readonly action: string;
  readonly inputs?: { readonly runCommand?: string | readonly string[] };
}

/**
 * The shell script that a document makes of its parameters: each `{{ Name }}` replaced by its value, as the Systems Manager
 * agent does, which quotes nothing. What may be in a value is the document's `allowedPattern`'s matter.
 */
export function scriptOf(
  world: World,
  documentName: string,
  parameters: Readonly<Record<string, readonly string[]>>,
): string {
  const document = documentNamed(world, documentName);
  const { content } = contentOf(document, document.defaultVersion);
  const { mainSteps } = parse(content) as { readonly mainSteps: readonly ShellStep[] };
  const lines = mainSteps.flatMap(({ action, inputs }) => {
    if (action !== 'aws:runShellScript') throw new Error(`Machines here run no step ${action}`);
    return [inputs?.runCommand ?? []].flat();
  });
  return lines.map((line) => filled(line, parameters)).join('\n');
}

function filled(line: string, parameters: Readonly<Record<string, readonly string[]>>): string {
  return line.replace(/\{\{\s*(\w+)\s*\}\}/g, (whole, name: string) => parameters[name]?.join('\n') ?? whole);
}
