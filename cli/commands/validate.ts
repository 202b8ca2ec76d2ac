import type { PlannedCluster } from '../../shared/operations/startOperation.ts';
import { parseSpec } from '../../shared/spec/parseSpec.ts';
import { describeProblems } from '../../shared/spec/problems.ts';
import { problemsOfDocument } from '../../shared/spec/validateSpec.ts';
import { describeWarnings, warningsOf } from '../../shared/spec/warnings.ts';
import { required, wordsOf } from '../commandLine.ts';
import { CommandFailure, exitCodes } from '../exitCodes.ts';
import { readSpecText } from '../specFile.ts';
import { ask } from '../target.ts';
import { answer, type Command } from './command.ts';

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

  const asked = { method: 'POST', path: `/clusters/${parsed.spec.metadata.name}/plan`, body } as const;
  const warnings = offline
    ? warningsOf(parsed.spec, undefined)
    : (await ask<PlannedCluster>(await context.target(), asked)).warnings;
  const against = offline
    ? 'everything that needs no account; the account was not asked'
    : 'its schema and the account';
  answer(context, { valid: true, cluster: parsed.spec.metadata.name, warnings }, () => [
    `${file} is valid, by ${against}.`,
    ...describeWarnings(warnings).flatMap((warning) => ['', warning]),
  ]);
  return exitCodes.done;
};
