import type { PlannedChanges } from '../../shared/operations/planChanges.ts';
import type { PlannedCluster } from '../../shared/operations/startOperation.ts';
import type { SpecChange } from '../../shared/spec/changes.ts';
import { parseSpec } from '../../shared/spec/parseSpec.ts';
import { describeProblems } from '../../shared/spec/problems.ts';
import { problemsOfDocument } from '../../shared/spec/validateSpec.ts';
import { describeWarnings, type SpecWarning, warningsOf } from '../../shared/spec/warnings.ts';
import { changeLines } from '../changeLines.ts';
import { required, wordsOf } from '../commandLine.ts';
import { CommandFailure, exitCodes } from '../exitCodes.ts';
import { readSpecText } from '../specFile.ts';
import { ask } from '../target.ts';
import { answer, type Command } from './command.ts';

/** What a deployment says of a valid spec; changes only where it is of a cluster that exists. */
interface Judged {
  readonly warnings: readonly SpecWarning[];
  readonly existing?: PlannedChanges['existing'];
  readonly changes?: readonly SpecChange[];
}

/** `kubestep validate -f FILE`: its shape here, the rest by the deployment, which knows the account; `--offline` judges what needs none. */
export const validate: Command = async (context) => {
  wordsOf(context.commandLine, []);
  const file = required(context.commandLine, context.commandLine.file, '-f FILE');
  const body = readSpecText(file);
  const parsed = parseSpec(body);
  const problems = problemsOfDocument(parsed);
  const { offline } = context.commandLine;
  if ('problems' in parsed || (offline && problems.length > 0))
    throw new CommandFailure(exitCodes.invalid, describeProblems(problems));

  const { name } = parsed.spec.metadata;
  const asked = { method: 'POST', path: `/clusters/${name}/plan`, body } as const;
  const { warnings, existing, changes }: Judged = offline
    ? { warnings: warningsOf(parsed.spec, undefined) }
    : await ask<PlannedCluster | PlannedChanges>(await context.target(), asked);
  const against = offline
    ? 'everything that needs no account; the account was not asked'
    : 'its schema and the account';
  answer(context, { valid: true, cluster: name, warnings, ...(changes && { existing, changes }) }, () => [
    `${file} is valid, by ${against}.`,
    ...(existing && changes ? ['', ...changeLines(existing, changes)] : []),
    ...describeWarnings(warnings).flatMap((warning) => ['', warning]),
  ]);
  return exitCodes.done;
};
